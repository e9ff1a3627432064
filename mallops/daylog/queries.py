"""Reading the log: a day's lines by page, its counts, its month, one entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.daylog import rules
from mallops.daylog.choices import Narrowed
from mallops.daylog.models import HeldDecision
from mallops.daylog.rules import Cursor
from mallops.db import db, fetch
from mallops.ledger.models import Entry, LogLine, Photo
from mallops.people.models import User
from mallops.places.models import Mall, Place, Tenancy, Tenant, Unit

CHUNK = 500  # lines an export reads at a time


class Line(NamedTuple):
    """What a list shows of one entry; never its body."""

    entry_id: UUID
    ledger_seq: int
    occurred_at: datetime
    kind: str
    v: int
    state: str
    problem: bool
    summary: dict[str, Any]
    flags: list[str]
    photos: list[str]
    recorded_at: datetime
    received_at: datetime
    person: str | None  # names, as of today
    carrier: str
    is_carried: bool  # by someone other than who recorded it
    place: str | None  # code
    place_name: dict[str, str] | None
    unit_id: int | None
    unit: str | None  # number


@dataclass(frozen=True)
class Page:
    """Some lines of a day, and where the next page begins (None: this is the last)."""

    lines: Sequence[Line]
    next: Cursor | None


@dataclass(frozen=True)
class Counts:
    """How many entries a day has; problems without void ones, held ones undecided."""

    entries: int
    problems: int
    held: int


# Statements are made once, and of tables, not of their classes: to put one together or
# to make objects of its rows takes the server several times as long as to run it.
_line, _entry, _place, _unit, _user = (
    cast(sa.Table, model.__table__) for model in (LogLine, Entry, Place, Unit, User)
)
_person, _carrier = _user.alias("person"), _user.alias("carrier")
_ORDER = (_line.c.occurred_at, _line.c.ledger_seq)
_OF_DAY = (
    _line.c.mall_id == sa.bindparam("mall_id"),
    _line.c.business_day == sa.bindparam("day"),
)
_IS_PROBLEM = _line.c.problem & (_line.c.state != "void")
_IS_HELD = _line.c.state == "held"

_COLUMNS: dict[str, sa.ColumnElement[Any]] = {
    **{column.name: column for column in _line.c},
    **{name: _entry.c[name] for name in ("v", "flags", "photos")},
    **{name: _entry.c[name] for name in ("recorded_at", "received_at")},
    "person": _person.c.name,
    "carrier": _carrier.c.name,
    "is_carried": _entry.c.recorded_by_id.is_distinct_from(_entry.c.carried_by_id),
    "place": _place.c.code,
    "place_name": _place.c.name,
    "unit": _unit.c.no,
}
_LINES = (
    sa.select(*(_COLUMNS[name].label(name) for name in Line._fields))
    .join_from(_line, _entry, _entry.c.id == _line.c.entry_id)
    .join(_carrier, _carrier.c.id == _entry.c.carried_by_id)
    .outerjoin(_person, _person.c.id == _line.c.person_id)
    .outerjoin(_place, _place.c.id == _line.c.place_id)
    .outerjoin(_unit, _unit.c.id == _line.c.unit_id)
    .where(*_OF_DAY)
)
_COUNTS = sa.select(
    sa.func.count(),
    sa.func.count().filter(_IS_PROBLEM),
    sa.func.count().filter(_IS_HELD),
).where(*_OF_DAY)


def days_found(mall_id: sa.Column[Any], day: sa.Column[Any]) -> sa.Select[Any]:
    """The days of a mall that have rows, given an index over both columns.

    One look into the index a day found. A DISTINCT would read the whole month.
    """

    def next_day(later: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        of_mall = mall_id == sa.bindparam("mall_id")
        query = sa.select(sa.func.min(day)).where(of_mall, later)
        return query.scalar_subquery().label("day")

    found = sa.select(next_day(day >= sa.bindparam("first"))).cte(recursive=True)
    later = sa.select(next_day(day > found.c.day)).where(
        found.c.day < sa.bindparam("last")
    )
    return sa.select(found.union_all(later).c.day)


_DAYS = days_found(_line.c.mall_id, _line.c.business_day)


def page(
    mall: Mall,
    day: date,
    narrowed: Narrowed,
    *,
    newest_first: bool = False,
    size: int = rules.PAGE,
) -> Page:
    """One page of a day's lines, told from where the page before it ended.

    Sorted by when they occurred, then by ledger number: no two share both, so no
    line is skipped or shown twice however many share a moment.
    """
    query = _LINES.where(*_conditions(narrowed))
    after = narrowed.filters.after
    if after:
        query = query.where(_beyond(after, newest_first))
    order = [column.desc() for column in _ORDER] if newest_first else _ORDER
    query = query.order_by(*order).limit(size + 1)
    rows = fetch(query, mall_id=mall.id, day=day)
    lines, more = [Line._make(row) for row in rows[:size]], len(rows) > size
    last = lines[-1] if more else None
    return Page(lines, Cursor(last.occurred_at, last.ledger_seq) if last else None)


def _beyond(after: Cursor, newest_first: bool) -> sa.ColumnElement[bool]:
    place = sa.tuple_(*_ORDER)
    edge = (after.occurred_at, after.ledger_seq)
    return place < edge if newest_first else place > edge


def all_lines(mall: Mall, day: date, narrowed: Narrowed) -> Iterator[Line]:
    """All lines of the filtered day, oldest first, without holding them all."""
    part = page(mall, day, narrowed, size=CHUNK)
    yield from part.lines
    while part.next:
        narrowed = replace(narrowed, filters=replace(narrowed.filters, after=part.next))
        part = page(mall, day, narrowed, size=CHUNK)
        yield from part.lines


def _conditions(narrowed: Narrowed) -> Iterator[sa.ColumnElement[bool]]:
    filters = narrowed.filters
    if filters.kind:
        yield _line.c.kind == filters.kind
    if narrowed.zone_id:
        yield _line.c.zone_id == narrowed.zone_id
    if narrowed.unit_id:
        yield _line.c.unit_id == narrowed.unit_id
    if filters.person:
        yield _line.c.person_id == filters.person
    if filters.problems:
        yield _IS_PROBLEM
    if filters.held:
        yield _IS_HELD
    for word in filters.words:
        yield _line.c.search.contains(word, autoescape=True)


def counts(mall: Mall, day: date) -> Counts:
    (row,) = fetch(_COUNTS, mall_id=mall.id, day=day)
    return Counts(*row)


def days_with_entries(mall: Mall, first: date, last: date) -> set[date]:
    """Days of a stretch that have entries."""
    rows = fetch(_DAYS, mall_id=mall.id, first=first, last=last)
    return {day for (day,) in rows if day is not None and day <= last}


_TENANTS = (
    sa.select(Tenancy.unit_id, Tenant.name)
    .join(Tenant, Tenancy.tenant_id == Tenant.id)
    .where(
        Tenancy.unit_id.in_(sa.bindparam("unit_ids", expanding=True)),
        Tenancy.starts_on <= sa.bindparam("day"),
        Tenancy.ends_on.is_(None) | (Tenancy.ends_on >= sa.bindparam("day")),
    )
    .order_by(Tenancy.starts_on, Tenancy.id)
)


def tenants_on(day: date, unit_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Who held these units on a day: their names by unit id."""
    rows = fetch(_TENANTS, unit_ids=sorted(set(unit_ids)), day=day)
    return dict(rows)


def find_line(mall: Mall, entry_id: UUID) -> LogLine | None:
    """The line of one entry with the whole entry; None for another mall's."""
    return db.session.scalar(
        sa.select(LogLine)
        .where(LogLine.entry_id == entry_id, LogLine.mall_id == mall.id)
        .options(
            joinedload(LogLine.entry, innerjoin=True).joinedload(Entry.carried_by),
            joinedload(LogLine.entry, innerjoin=True).joinedload(Entry.recorded_by),
            joinedload(LogLine.place),
            joinedload(LogLine.unit),
            joinedload(LogLine.zone),
        )
    )


def decision_on(entry_id: UUID) -> HeldDecision | None:
    return db.session.get(HeldDecision, entry_id)


def photos(mall: Mall, hashes: Iterable[str]) -> dict[str, Photo]:
    """The photos among these that are kept, by hash; lost ones are not in it."""
    wanted = set(hashes)
    if not wanted:
        return {}
    found = db.session.scalars(
        sa.select(Photo).where(Photo.mall_id == mall.id, Photo.sha256.in_(wanted))
    )
    return {photo.sha256: photo for photo in found}
