"""Phones: which install is whose, and when it was last in contact."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db, insert_rows
from mallops.people.models import Install


def note_contact(install_id: UUID, user_id: int, agent: str, now: datetime) -> None:
    """This person was in contact from this install just now. Flushes."""
    contact = {"user_id": user_id, "user_agent": agent[:300], "last_contact_at": now}
    known = sa.update(Install).where(Install.id == install_id).values(**contact)
    found = cast("sa.CursorResult[Any]", db.session.execute(known))
    if not found.rowcount:
        insert_rows(Install, [{**contact, "id": install_id, "first_seen_at": now}])


def release(install_id: UUID, user_id: int) -> None:
    """The person signed out on purpose: the phone owes no round any more. Flushes."""
    install = db.session.get(Install, install_id)
    if install is not None and install.user_id == user_id:
        install.user_id = None
        db.session.flush()
