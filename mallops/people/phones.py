"""Phones: which install is whose, and when it was last in contact."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db, insert_rows
from mallops.people.models import Install

_CONTACT = (
    sa.update(Install)
    .where(Install.id == sa.bindparam("install_id"))
    .values(
        user_id=sa.bindparam("by_id"),
        user_agent=sa.bindparam("agent"),
        last_contact_at=sa.bindparam("at"),
    )
)


def note_contact(install_id: UUID, user_id: int, agent: str, now: datetime) -> None:
    """This person was in contact from this install just now. Flushes."""
    agent = agent[:300]
    contact = {"install_id": install_id, "by_id": user_id, "agent": agent, "at": now}
    if db.session.connection().execute(_CONTACT, contact).rowcount:
        return
    install = {
        "id": install_id,
        "user_id": user_id,
        "user_agent": agent,
        "first_seen_at": now,
        "last_contact_at": now,
    }
    insert_rows(Install, [install])


def release(install_id: UUID, user_id: int) -> None:
    """The person signed out on purpose: the phone owes no round any more. Flushes."""
    install = db.session.get(Install, install_id)
    if install is not None and install.user_id == user_id:
        install.user_id = None
        db.session.flush()
