"""Reads for who watches over the log: held entries, refused bytes, phones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from mallops.daylog import rules
from mallops.db import db
from mallops.ledger import queries as ledger
from mallops.ledger.models import Entry, LogLine, Quarantined
from mallops.people.models import Install, Membership
from mallops.places.models import Mall

HELD_SHOWN = 100
REFUSED_SHOWN = 50
RAW_SHOWN = 2000  # characters of refused bytes a page shows
HOLES_SHOWN = 8


def held(mall: Mall) -> list[LogLine]:
    """Entries that wait for a decision, the ones that wait longest first."""
    # Spelt out, so that SQLite may use the index over held entries.
    is_held = Entry.status == sa.literal("held", literal_execute=True)
    query = (
        sa.select(LogLine)
        .join(LogLine.entry)
        .where(Entry.mall_id == mall.id, is_held, LogLine.state == "held")
        .order_by(Entry.ledger_seq)
        .limit(HELD_SHOWN)
        .options(
            joinedload(LogLine.entry, innerjoin=True).joinedload(Entry.carried_by),
            joinedload(LogLine.person),
            joinedload(LogLine.place),
            joinedload(LogLine.unit),
        )
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class RefusedBytes:
    """Bytes a phone sent that could never become an entry, and their beginning."""

    received_at: datetime
    code: str
    entry_id: str | None
    carried_by: str
    raw: str
    length: int


def refused_bytes(mall: Mall) -> list[RefusedBytes]:
    """What was refused or in conflict in this mall, newest first."""
    beginning = sa.func.substr(Quarantined.raw, 1, RAW_SHOWN)
    rows = db.session.execute(
        sa.select(Quarantined, beginning, sa.func.length(Quarantined.raw))
        .where(Quarantined.mall_id == mall.id)
        .order_by(Quarantined.id.desc())
        .limit(REFUSED_SHOWN)
        .options(defer(Quarantined.raw), joinedload(Quarantined.carried_by))
    )
    return [
        RefusedBytes(q.received_at, q.code, q.entry_id, q.carried_by.name, raw, length)
        for q, raw, length in rows
    ]


@dataclass(frozen=True)
class Phone:
    """An install of somebody here: what it sent, and which numbers never came."""

    install: Install
    entries: int
    missing: int
    waiting: int  # of the missing, how many it said are on it
    holes: list[tuple[int, int]]  # runs of missing numbers, the first few
    has_more_holes: bool


def phones(mall: Mall) -> list[Phone]:
    """The phones of the mall's people, the ones silent longest first."""
    member = sa.select(Membership.user_id).where(
        Membership.mall_id == mall.id, Membership.ended_at.is_(None)
    )
    installs = list(
        db.session.scalars(
            sa.select(Install)
            .where(Install.user_id.in_(member))
            .order_by(Install.last_contact_at)
            .options(joinedload(Install.user))
        )
    )
    sent = _numbers([install.id for install in installs])
    gappy = [id_ for id_, (entries, highest) in sent.items() if entries < highest]
    holes = ledger.holes(gappy) if gappy else {}
    return [
        _phone(install, *sent.get(install.id, (0, 0)), holes.get(install.id, []))
        for install in installs
    ]


def _phone(install: Install, entries: int, highest: int, below: list[int]) -> Phone:
    """The numbers above the highest that arrived are known by the phone's word only."""
    runs = rules.ranges(below)
    if install.highest_seq > highest:
        runs.append((highest + 1, install.highest_seq))
    missing = max(install.highest_seq, highest) - entries
    waiting = min(install.waiting, missing)
    more = len(runs) > HOLES_SHOWN
    return Phone(install, entries, missing, waiting, runs[:HOLES_SHOWN], more)


def _numbers(install_ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many numbers each install has used, and the highest of them."""
    seq = Entry.install_seq
    rows = db.session.execute(
        sa.select(Entry.install_id, sa.func.count(seq.distinct()), sa.func.max(seq))
        .where(Entry.install_id.in_(install_ids), seq.is_not(None))
        .group_by(Entry.install_id)
    )
    return {id_: (entries, highest or 0) for id_, entries, highest in rows if id_}
