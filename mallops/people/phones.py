"""Phones: which install is whose, and when it was last in contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db, fetch, insert_rows
from mallops.people.models import Install, User, UserSession
from mallops.people.noted import note

_CONTACT = (
    sa.update(Install)
    .where(Install.id == sa.bindparam("install_id"))
    .values(
        user_id=sa.bindparam("by_id"),
        user_agent=sa.bindparam("agent"),
        last_contact_at=sa.bindparam("at"),
    )
)
_TIMES_LOST = sa.select(Install.id, Install.times_lost).where(
    Install.id.in_(sa.bindparam("ids", expanding=True))
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


def note_unsent(
    install_id: UUID, highest_seq: int, waiting: int, since: datetime | None
) -> None:
    """What the phone says of the work on it that is not here yet. Flushes."""
    install = db.session.get_one(Install, install_id)
    install.highest_seq = highest_seq
    install.waiting, install.waiting_since = waiting, since
    db.session.flush()


def release(install_id: UUID, user_id: int) -> None:
    """The person signed out on purpose: the phone owes no round any more. Flushes."""
    install = db.session.get(Install, install_id)
    if install is not None and install.user_id == user_id:
        install.user_id = None
        db.session.flush()


def times_lost(install_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How often each of these phones was lost; none that the server does not know."""
    rows = fetch(_TIMES_LOST, ids=list(install_ids))
    return {row.id: row.times_lost for row in rows}


def use_session_on(install_id: UUID, session: UserSession) -> None:
    """Note on which phone a session is, so that losing the phone ends it. Flushes."""
    if session.install_id != install_id:
        session.install_id = install_id
        db.session.flush()


def lose(phone: Install, owner: User, now: datetime) -> None:
    """The phone is in nobody's or in strange hands. Flushes.

    Every session on it ends, whoever's it is, and what it sends under bindings issued
    until now is held for a supervisor. Signing in on it again makes it trusted again.
    """
    phone.times_lost += 1
    phone.user_id = None
    # A session of the owner that never said on which phone it is: by its browser.
    maybe = sa.and_(
        UserSession.install_id.is_(None),
        UserSession.user_id == owner.id,
        UserSession.user_agent == phone.user_agent,
    )
    db.session.execute(
        sa.update(UserSession)
        .where(UserSession.ended_at.is_(None))
        .where((UserSession.install_id == phone.id) | maybe)
        .values(ended_at=now, ended_because="phone_lost")
    )
    db.session.flush()
    note("phone lost", owner.id, phone=str(phone.id))
