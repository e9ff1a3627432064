"""Which entries a handover covers: those of its window, by its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mallops.db import db, fetch
from mallops.ledger.models import Entry, LogLine
from mallops.people.models import Membership, Team, User
from mallops.places.models import Mall
from mallops.places.rules import ONE_DAY, business_day
from mallops.shifts.rules import Shift

# A handover's own steps are told by how it stands, not by what it covers.
OWN_KINDS = (
    "handover_sign",
    "handover_accept",
    "handover_decision",
    "addendum_acknowledgement",
)
TEXT = 280  # characters of a long text; its own page shows the whole
MOST = 300  # of one sort
MOST_NOTES = 100  # the log has them all
CHUNK = 500
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """Whose handover it is, and since when it covers (``windows``).

    ``team_ids``: its people's, None of operations: all.
    """

    mall: Mall
    shift: Shift
    since: datetime
    now: datetime
    team_ids: frozenset[int] | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.mall.time_zone)

    @property
    def is_operations(self) -> bool:
        return self.shift.team is None

    def iso(self, moment: datetime | None) -> str | None:
        return iso(moment, self.zone) if moment else None


def iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def short(text: str) -> str:
    return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"


def team_members(
    mall_id: int, team: str | None, since: datetime, until: datetime
) -> frozenset[int] | None:
    """Who was of a team meanwhile; None: operations covers everybody."""
    if team is None:
        return None
    rows = (
        sa.select(Membership.user_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.mall_id == mall_id, Team.code == team)
        .where(Membership.started_at < until)
        .where(Membership.ended_at.is_(None) | (Membership.ended_at > since))
    )
    return frozenset(db.session.scalars(rows))


# The log lines that were recorded within a time, and those of them by some people.
OF_ALL = (
    LogLine.mall_id == sa.bindparam("mall_id"),
    LogLine.business_day.in_(sa.bindparam("days", expanding=True)),
    LogLine.occurred_at >= sa.bindparam("since"),
    LogLine.occurred_at < sa.bindparam("until"),
    LogLine.kind.not_in(OWN_KINDS),
)
OF_PEOPLE = (*OF_ALL, LogLine.person_id.in_(sa.bindparam("people", expanding=True)))


def between(
    mall: Mall, since: datetime, until: datetime, people: frozenset[int] | None
) -> dict[str, Any]:
    """What ``OF_ALL`` and ``OF_PEOPLE`` are asked for: which time, and by whom.

    A line may stand on the business day before or after: one walked for its round.
    """
    clock = mall.time_zone, mall.day_starts_at
    first = business_day(since, *clock) - ONE_DAY
    last = business_day(until, *clock) + ONE_DAY
    days = [first + ONE_DAY * ahead for ahead in range((last - first).days + 1)]
    given = {"mall_id": mall.id, "days": days, "since": since, "until": until}
    return given if people is None else {**given, "people": list(people)}


# Built once. The ids as text: there may be thousands of a busy shift.
_ENTRIES = (
    sa.select(sa.cast(LogLine.entry_id, sa.Text), Entry.sha256, LogLine.ledger_seq)
    .join(Entry, Entry.id == LogLine.entry_id)
    .order_by(LogLine.ledger_seq)
)
_NOTES = (
    sa.select(LogLine.occurred_at, User.name, LogLine.summary)
    .outerjoin(User, User.id == LogLine.person_id)
    .where(LogLine.kind == "note", LogLine.state == "accepted")
    .order_by(LogLine.occurred_at, LogLine.ledger_seq)
    .limit(MOST_NOTES)
)
_ENTRIES_OF_ALL = _ENTRIES.where(*OF_ALL)
_ENTRIES_OF_PEOPLE = _ENTRIES.where(*OF_PEOPLE)
_NOTES_OF_ALL = _NOTES.where(*OF_ALL)
_NOTES_OF_PEOPLE = _NOTES.where(*OF_PEOPLE)


def _given(asked: Asked) -> dict[str, Any]:
    return between(asked.mall, asked.since, asked.shift.ends_at, asked.team_ids)


def covered(asked: Asked) -> tuple[list[str], int]:
    """The entries of the window with their hashes, and the last one's number."""
    of_all = asked.team_ids is None
    rows = fetch(_ENTRIES_OF_ALL if of_all else _ENTRIES_OF_PEOPLE, **_given(asked))
    covered = [f"{_dashed(id_)} {sha256}" for id_, sha256, _ in rows]
    return covered, rows[-1][2] if rows else 0


def ids_in(covered: Iterable[str]) -> dict[UUID, str]:
    """What a snapshot says it covers, by id, with the hash each had; see ``covered``.

    What can be no id is left out: no server ever wrote one.
    """
    said = (one.partition(" ") for one in covered)
    return {UUID(id_): sha256 for id_, _, sha256 in said if is_id(id_)}


def is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def last_of(mall_id: int, covered: Iterable[str]) -> int:
    """The number of the last one of these entries that came in; 0: of none.

    Not what the snapshot says: after a backup was restored numbers are given anew.
    """
    ids, last = list(ids_in(covered)), 0
    for start in range(0, len(ids), CHUNK):
        highest = sa.select(sa.func.max(LogLine.ledger_seq)).where(
            LogLine.mall_id == mall_id,
            LogLine.entry_id.in_(ids[start : start + CHUNK]),
        )
        last = max(last, db.session.scalar(highest) or 0)
    return last


def _dashed(id_: str) -> str:
    """An id as everybody writes it; SQLite keeps it without dashes."""
    if len(id_) == 36:
        return id_
    return f"{id_[:8]}-{id_[8:12]}-{id_[12:16]}-{id_[16:20]}-{id_[20:]}"


def notes(asked: Asked) -> Rows:
    """Lines of the shift log, oldest first."""
    of_all = asked.team_ids is None
    rows = fetch(_NOTES_OF_ALL if of_all else _NOTES_OF_PEOPLE, **_given(asked))
    return [
        {
            "at": asked.iso(at),
            "by": name or "",
            "text": short(summary["text"]),
            "place": summary["place"],
        }
        for at, name, summary in rows
    ]
