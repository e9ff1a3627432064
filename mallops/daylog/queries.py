"""Reading the log: a day's lines by page, its counts, its month, one entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from mallops.daylog import rules
from mallops.daylog.models import HeldDecision
from mallops.daylog.rules import Cursor, Filters
from mallops.db import db
from mallops.ledger import kinds
from mallops.ledger.models import Entry, LogLine, Photo
from mallops.people.models import Membership, User
from mallops.places.models import Mall, Place, Tenancy, Tenant, Unit

CHUNK = 500  # lines an export reads at a time


@dataclass(frozen=True)
class Page:
    """Some lines of a day, and where the next page begins (None: this is the last)."""

    lines: Sequence[LogLine]
    next: Cursor | None


@dataclass(frozen=True)
class Counts:
    """How many entries a day has; problems without void ones, held ones undecided."""

    entries: int
    problems: int
    held: int


@dataclass(frozen=True)
class Choices:
    """What the filters offer: zones by code, people by id, kinds by name."""

    zones: dict[str, Place]
    people: dict[int, str]
    kinds: dict[str, Any]


@dataclass(frozen=True)
class Narrowed:
    """Filters with the ids that the places in them stand for."""

    filters: Filters
    zone_id: int | None = None
    unit_id: int | None = None


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
    query = _lines(mall.id, day, narrowed)
    after = narrowed.filters.after
    if after:
        query = query.where(_beyond(after, newest_first))
    columns = (LogLine.occurred_at, LogLine.ledger_seq)
    order = [column.desc() for column in columns] if newest_first else columns
    found = list(db.session.scalars(query.order_by(*order).limit(size + 1)))
    lines, more = found[:size], len(found) > size
    last = lines[-1] if more else None
    return Page(lines, Cursor(last.occurred_at, last.ledger_seq) if last else None)


def _beyond(after: Cursor, newest_first: bool) -> sa.ColumnElement[bool]:
    place = sa.tuple_(LogLine.occurred_at, LogLine.ledger_seq)
    edge = (after.occurred_at, after.ledger_seq)
    return place < edge if newest_first else place > edge


def all_lines(mall: Mall, day: date, narrowed: Narrowed) -> Iterator[LogLine]:
    """All lines of the filtered day, oldest first, without holding them all."""
    part = page(mall, day, narrowed, size=CHUNK)
    yield from part.lines
    while part.next:
        db.session.expunge_all()
        narrowed = replace(narrowed, filters=replace(narrowed.filters, after=part.next))
        part = page(mall, day, narrowed, size=CHUNK)
        yield from part.lines


def _lines(mall_id: int, day: date, narrowed: Narrowed) -> sa.Select[LogLine]:
    """Lines with what a list shows of them; never the bodies of the entries."""
    entry = joinedload(LogLine.entry, innerjoin=True)
    query = (
        sa.select(LogLine)
        .where(LogLine.mall_id == mall_id, LogLine.business_day == day)
        .options(
            defer(LogLine.search),
            entry.load_only(
                Entry.v,
                Entry.photos,
                Entry.flags,
                Entry.recorded_by_id,
                Entry.carried_by_id,
                Entry.recorded_at,
                Entry.received_at,
            ),
            entry.joinedload(Entry.carried_by, innerjoin=True).load_only(User.name),
            joinedload(LogLine.person).load_only(User.name),
            joinedload(LogLine.place).load_only(Place.code, Place.name),
            joinedload(LogLine.unit).load_only(Unit.no, Unit.floor),
        )
    )
    return query.where(*_conditions(narrowed))


def _conditions(narrowed: Narrowed) -> Iterator[sa.ColumnElement[bool]]:
    filters = narrowed.filters
    if filters.kind:
        yield LogLine.kind == filters.kind
    if narrowed.zone_id:
        yield LogLine.zone_id == narrowed.zone_id
    if narrowed.unit_id:
        yield LogLine.unit_id == narrowed.unit_id
    if filters.person:
        yield LogLine.person_id == filters.person
    if filters.problems:
        yield LogLine.problem & (LogLine.state != "void")
    if filters.held:
        yield LogLine.state == "held"
    for word in filters.words:
        yield LogLine.search.contains(word, autoescape=True)


def counts(mall: Mall, day: date) -> Counts:
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(LogLine.problem & (LogLine.state != "void")),
            sa.func.count().filter(LogLine.state == "held"),
        ).where(LogLine.mall_id == mall.id, LogLine.business_day == day)
    ).one()
    return Counts(*row)


def choices(mall: Mall) -> Choices:
    zones = db.session.scalars(
        sa.select(Place)
        .where(Place.mall_id == mall.id, Place.kind == "zone")
        .order_by(Place.walk_order, Place.code)
    )
    member = sa.select(Membership.user_id).where(Membership.mall_id == mall.id)
    people = db.session.execute(
        sa.select(User.id, User.name).where(User.id.in_(member)).order_by(User.name)
    )
    return Choices(
        {zone.code: zone for zone in zones},
        dict(people.all()),
        {kind.name: kind.title for kind in kinds.all_kinds()},
    )


def narrow(
    mall: Mall, filters: Filters, offered: Choices
) -> tuple[Narrowed, rules.Errors]:
    """The filters with their ids, and which of them name what is not there."""
    zone = offered.zones.get(filters.zone)
    unit_id = _unit_id(mall.id, filters.unit) if filters.unit else None
    absent = {
        "kind": filters.kind and filters.kind not in offered.kinds,
        "zone": filters.zone and zone is None,
        "unit": filters.unit and unit_id is None,
        "person": filters.person and filters.person not in offered.people,
    }
    errors = {name: f"bad_{name}" for name, is_absent in absent.items() if is_absent}
    return Narrowed(filters, zone.id if zone else None, unit_id), errors


def _unit_id(mall_id: int, no: str) -> int | None:
    return db.session.scalar(
        sa.select(Unit.id).where(
            Unit.mall_id == mall_id, sa.func.lower(Unit.no) == no.lower()
        )
    )


def days_with_entries(mall: Mall, first: date, last: date) -> set[date]:
    """Days of a stretch that have entries: one look into the index a day found.

    A DISTINCT would read every entry of the month.
    """
    found = sa.select(_next_day(mall.id, LogLine.business_day >= first)).cte(
        "found", recursive=True
    )
    day = found.c[0]
    found = found.union_all(
        sa.select(_next_day(mall.id, LogLine.business_day > day)).where(day < last)
    )
    rows = db.session.scalars(sa.select(found.c[0]))
    return {day for day in rows if day is not None and day <= last}


def _next_day(mall_id: int, later: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return (
        sa.select(sa.func.min(LogLine.business_day))
        .where(LogLine.mall_id == mall_id, later)
        .scalar_subquery()
        .label("day")
    )


def tenants_on(day: date, unit_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Who held these units on a day: their names by unit id."""
    rows = db.session.execute(
        sa.select(Tenancy.unit_id, Tenant.name)
        .join(Tenant, Tenancy.tenant_id == Tenant.id)
        .where(
            Tenancy.unit_id.in_(set(unit_ids)),
            Tenancy.starts_on <= day,
            Tenancy.ends_on.is_(None) | (Tenancy.ends_on >= day),
        )
        .order_by(Tenancy.starts_on, Tenancy.id)
    )
    return dict(rows.all())


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
