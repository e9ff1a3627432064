"""Phones: which install is whose, and when it was last in contact."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from mallops.db import db
from mallops.people.models import Install


def note_contact(install_id: UUID, user_id: int, agent: str, now: datetime) -> None:
    """This person was in contact from this install just now. Flushes."""
    install = db.session.get(Install, install_id)
    if install is None:
        install = Install(id=install_id, first_seen_at=now)
        db.session.add(install)
    install.user_id, install.user_agent = user_id, agent[:300]
    install.last_contact_at = now
    db.session.flush()


def release(install_id: UUID, user_id: int) -> None:
    """The person signed out on purpose: the phone owes no round any more. Flushes."""
    install = db.session.get(Install, install_id)
    if install is not None and install.user_id == user_id:
        install.user_id = None
        db.session.flush()
