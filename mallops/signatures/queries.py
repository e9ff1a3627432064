"""Reads of countersignatures: of an inspection, and what still wants one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from mallops.checklists import queries as checklists
from mallops.checklists.definition import Party
from mallops.checklists.models import Inspection
from mallops.db import db, fetch
from mallops.ledger.models import Entry, LogLine
from mallops.people.models import Membership, Team
from mallops.people.queries import Tenure
from mallops.signatures import rules
from mallops.signatures.models import Countersignature
from mallops.signatures.rules import Person

SHOWN = 200


class People:
    """Some people as they were in a mall at any moment, asked for once."""

    def __init__(self, mall_id: int, ids: Iterable[int | None]) -> None:
        rows = db.session.execute(
            sa.select(
                Membership.user_id,
                Membership.role,
                Membership.started_at,
                Membership.ended_at,
                Team.code,
            )
            .outerjoin(Team, Team.id == Membership.team_id)
            .where(Membership.mall_id == mall_id)
            .where(Membership.user_id.in_({id_ for id_ in ids if id_ is not None}))
            .order_by(Membership.id)
        )
        self._found: dict[int, list[tuple[Tenure, str | None]]] = {}
        for id_, role, start, end, team in rows:
            tenure = Tenure(mall_id, role, start, end)
            self._found.setdefault(id_, []).append((tenure, team))

    def at(self, id_: int | None, moment: datetime) -> Person | None:
        for tenure, team in self._found.get(id_ or 0, ()):
            if tenure.is_open(moment):
                return Person(id_ or 0, tenure.role, team)
        return None


def signatures_of(inspection_id: UUID) -> list[Countersignature]:
    """All of an inspection, the one that counts first."""
    query = (
        sa.select(Countersignature)
        .where(Countersignature.inspection_id == inspection_id)
        .options(joinedload(Countersignature.by))
        .order_by(Countersignature.at, Countersignature.entry_id)
    )
    return list(db.session.scalars(query))


def inspections(mall_id: int, ids: Collection[UUID]) -> dict[UUID, Entry]:
    """The inspections of a mall among these entries, held ones as well."""
    query = sa.select(Entry).where(
        Entry.id.in_(ids), Entry.mall_id == mall_id, Entry.kind == "inspection"
    )
    return {entry.id: entry for entry in db.session.scalars(query)}


def wanted(mall_id: int) -> dict[int, list[Party]]:
    """The versions that want a countersignature, by id: whose."""
    return {
        id_: checklist.countersigned_by
        for id_, checklist in checklists.every_version(mall_id).items()
        if checklist.countersigned_by
    }


@dataclass(frozen=True)
class Countersigning:
    """An inspection that takes a countersignature, and whose."""

    line: LogLine
    inspection: Inspection
    wanted: list[Party]
    recorder: Person | None

    @property
    def asked(self) -> set[Party]:
        return rules.asked(self.wanted, self.recorder)

    def is_for(self, person: Person) -> bool:
        return rules.doubt(self.wanted, self.recorder, person) is None

    def is_overdue(self, now: datetime) -> bool:
        return rules.waits_too_long(self.inspection.finished_at, now)


def waiting(mall_id: int, day: date | None = None) -> list[Countersigning]:
    """What still wants a countersignature, the oldest first; of a day, if given."""
    of_day = [] if day is None else [Inspection.business_day == day]
    return _read(mall_id, ~_signed(), *of_day)


def count_waiting(mall_id: int, day: date) -> int:
    """How many inspections of a day still want a countersignature."""
    versions = list(wanted(mall_id))
    ((waiting,),) = fetch(_WAITING, mall_id=mall_id, versions=versions, day=day)
    return waiting


def find(mall_id: int, entry_id: UUID) -> Countersigning | None:
    """An inspection that wants a countersignature or has one; None for any other."""
    return next(iter(_read(mall_id, Inspection.entry_id == entry_id)), None)


def _read(mall_id: int, *narrowed: sa.ColumnElement[bool]) -> list[Countersigning]:
    versions = wanted(mall_id)
    query = (
        sa.select(Inspection, LogLine)
        .join(LogLine, LogLine.entry_id == Inspection.entry_id)
        .where(*_wanting(mall_id, versions, *narrowed))
        .options(*_shown())
        .order_by(Inspection.finished_at, Inspection.entry_id)
        .limit(SHOWN)
    )
    return _told(mall_id, versions, db.session.execute(query).all())


def _wanting(
    mall_id: Any, versions: Collection[int], *narrowed: sa.ColumnElement[bool]
) -> list[sa.ColumnElement[bool]]:
    """What was aborted is left out: nobody vouches for a round that was not walked."""
    of_mall, asks = Inspection.mall_id == mall_id, Inspection.version_id.in_(versions)
    return [of_mall, asks, ~Inspection.aborted, *narrowed]


def _signed() -> sa.ColumnElement[bool]:
    return sa.exists().where(Countersignature.inspection_id == Inspection.entry_id)


# Built once: the page of each day asks it.
_VERSIONS: Any = sa.bindparam("versions", expanding=True)
_WAITING = sa.select(sa.func.count()).where(
    *_wanting(sa.bindparam("mall_id"), _VERSIONS, ~_signed()),
    Inspection.business_day == sa.bindparam("day"),
)


def _shown() -> list[Any]:
    return [
        joinedload(LogLine.entry, innerjoin=True).defer(Entry.body),
        defer(LogLine.search),
        joinedload(LogLine.person),
        joinedload(LogLine.place),
    ]


def _told(
    mall_id: int, versions: Mapping[int, list[Party]], rows: Collection[Any]
) -> list[Countersigning]:
    if not rows:
        return []
    people = People(mall_id, {line.person_id for _, line in rows})
    return [
        Countersigning(
            line,
            inspection,
            versions[inspection.version_id],
            people.at(line.person_id, line.occurred_at),
        )
        for inspection, line in rows
    ]
