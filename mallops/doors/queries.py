"""Reads of doors: who holds a unit, its hours on a day, the sightings of a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db, fetch
from mallops.doors import hours, rules
from mallops.doors.hours import Change
from mallops.doors.models import Closure, Dismissal, DoorSighting, HoursException
from mallops.people.models import User
from mallops.places import queries as places
from mallops.places import rules as place_rules
from mallops.places.models import Mall, Tenancy, Unit

Exempt = Literal["vacant", "fitout", "approved_closure", "closed_day"]


@dataclass(frozen=True)
class Planned:
    """Who holds a unit on a day, and when it must open and close (UTC).

    ``exempt``: why it need not open; both moments are None then. ``approval``: the
    request (Closure) that was approved and made these hours or this closure.
    """

    tenant_id: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    exempt: Exempt | None = None
    approval: UUID | None = None


class Approval(NamedTuple):
    """A request that was approved."""

    id: UUID
    change: Change


def _hours_of(model: Any) -> list[Any]:
    """The columns that say which hours hold when, as ``Change`` takes them."""
    names = ("first_day", "last_day", "closed", "opens_at", "closes_at")
    return [getattr(model, name) for name in names]


# Built once: a wall, a phone and each batch of doors ask them.
_UNITS: sa.BindParameter[list[int]] = sa.bindparam("unit_ids", expanding=True)
_MALL: sa.BindParameter[int] = sa.bindparam("mall_id")
_DAY: sa.BindParameter[date] = sa.bindparam("day")
_HOLDERS = (
    sa.select(Tenancy.unit_id, Tenancy.tenant_id)
    .where(Tenancy.unit_id.in_(_UNITS), Tenancy.starts_on <= _DAY)
    .where(Tenancy.ends_on.is_(None) | (Tenancy.ends_on >= _DAY))
    .order_by(Tenancy.starts_on, Tenancy.id)
)
_FITOUTS = sa.select(Unit.id).where(Unit.id.in_(_UNITS), Unit.state == "fitout")
_EXCEPTIONS = (
    sa.select(
        HoursException.tenant_id, HoursException.weekdays, *_hours_of(HoursException)
    )
    .where(
        HoursException.mall_id == _MALL,
        HoursException.first_day <= _DAY,
        HoursException.last_day >= _DAY,
    )
    .order_by(HoursException.id)
)
_APPROVED = (
    sa.select(Closure.id, Closure.unit_id, *_hours_of(Closure))
    .where(
        Closure.mall_id == _MALL,
        Closure.state == "approved",
        Closure.first_day <= _DAY,
        Closure.last_day >= _DAY,
    )
    .order_by(Closure.decided_at, Closure.id)
)


def terms(mall: Mall) -> rules.Terms:
    """The numbers of the ladder in this mall."""
    own = mall.settings.get("doors", {})
    return rules.Terms(**{name: own[name] for name in rules.TERMS & set(own)})


def planned(mall: Mall, unit_ids: Collection[int], day: date) -> dict[int, Planned]:
    """The hours of these units on a day, each by its own tenant's."""
    known = _Hours(mall, unit_ids, day)
    return {unit_id: known.of(unit_id) for unit_id in unit_ids}


def planned_on(
    mall: Mall, shops: Collection[tuple[int, date]]
) -> dict[tuple[int, date], Planned]:
    """The hours of units, each on a day of its own."""
    by_day: dict[date, set[int]] = {}
    for unit_id, day in shops:
        by_day.setdefault(day, set()).add(unit_id)
    return {
        (unit_id, day): one
        for day, unit_ids in by_day.items()
        for unit_id, one in planned(mall, unit_ids, day).items()
    }


def need_open(mall: Mall, tenants: Mapping[int, int], day: date) -> set[int]:
    """Which of these units must open at all on a day; each with who trades in it."""
    known = _Hours(mall, tenants.keys(), day, tenants)
    return {unit_id for unit_id in tenants if known.need_open(unit_id)}


class _Hours:
    """All that decides on the hours of some units on one day."""

    def __init__(
        self,
        mall: Mall,
        unit_ids: Collection[int],
        day: date,
        tenants: Mapping[int, int] | None = None,
    ) -> None:
        """``tenants``: of the units, where the caller knows that all of them trade."""
        self._mall, self._day = mall, day
        self._holders = _holders(unit_ids, day) if tenants is None else tenants
        self._in_fitout = _in_fitout(unit_ids) if tenants is None else set()
        self._usual = places.trading_hours(mall.id)
        self._changes = _exceptions(mall.id, day)
        self._with_own = {*self._usual, *(of for of, _change in self._changes)}
        self._spans: dict[int | None, hours.Span | None] = {}
        self._approved = _approved(mall.id, day)

    def of(self, unit_id: int) -> Planned:
        tenant_id = self._holders.get(unit_id)
        if tenant_id is None:
            return Planned(None, None, None, "vacant")
        if unit_id in self._in_fitout:
            return Planned(tenant_id, None, None, "fitout")
        span, approved = self._span(unit_id, tenant_id)
        approval = approved.id if approved else None
        if span is None:
            why: Exempt = "approved_closure" if approved else "closed_day"
            return Planned(tenant_id, None, None, why, approval)
        opens_at, closes_at = (_moment(self._mall, self._day, at) for at in span)
        return Planned(tenant_id, opens_at, closes_at, None, approval)

    def need_open(self, unit_id: int) -> bool:
        return self._span(unit_id, self._holders[unit_id])[0] is not None

    def _span(
        self, unit_id: int, tenant_id: int
    ) -> tuple[hours.Span | None, Approval | None]:
        """From when to when, and what was approved and made it so."""
        span, approved = self._without_approval(tenant_id), None
        for of in (None, unit_id):
            for approval in self._approved.get(of, ()):
                approved = approval
                span = hours.on_day(span, [approval.change], self._day)
        return span, approved

    def _without_approval(self, tenant_id: int) -> hours.Span | None:
        """Found once for all tenants without anything of their own."""
        mine = tenant_id if tenant_id in self._with_own else None
        if mine not in self._spans:
            rows = self._usual.get(mine) or self._usual.get(None, [])
            self._spans[mine] = hours.on_day(
                place_rules.hours_on(self._day, rows),
                [change for of, change in self._changes if of in (None, mine)],
                self._day,
                is_own=mine in self._usual and mine is not None,
            )
        return self._spans[mine]


def _moment(mall: Mall, day: date, at: time) -> datetime:
    clock = at.strftime("%H:%M")
    return place_rules.moment_on(day, clock, mall.time_zone, mall.day_starts_at)


def _holders(unit_ids: Collection[int], day: date) -> dict[int, int]:
    """The tenant of each unit on a day; of two, the one who came last."""
    rows = fetch(_HOLDERS, unit_ids=list(unit_ids), day=day)
    return {row[0]: row[1] for row in rows}


def _in_fitout(unit_ids: Collection[int]) -> set[int]:
    """The units that are being fitted out.

    That is all that is known of it: no unit's state is kept by the day.
    """
    return {id_ for (id_,) in fetch(_FITOUTS, unit_ids=list(unit_ids))}


def _exceptions(mall_id: int, day: date) -> list[tuple[int | None, Change]]:
    rows = fetch(_EXCEPTIONS, mall_id=mall_id, day=day)
    return [
        (tenant_id, _change(given, "tenant" if tenant_id else "mall", weekdays))
        for tenant_id, weekdays, *given in rows
    ]


def _approved(mall_id: int, day: date) -> dict[int | None, list[Approval]]:
    """What was approved for the mall (None) and its shops; the last one counts."""
    found: dict[int | None, list[Approval]] = {}
    for id_, unit_id, *given in fetch(_APPROVED, mall_id=mall_id, day=day):
        approval = Approval(id_, _change(given, "approved"))
        found.setdefault(unit_id, []).append(approval)
    return found


def _change(
    given: Sequence[Any], rank: hours.Rank, weekdays: list[int] | None = None
) -> Change:
    """``given``: the columns of ``_hours_of``."""
    first_day, last_day, closed, opens_at, closes_at = given
    on = None if weekdays is None else frozenset(weekdays)
    return Change(first_day, last_day, closed, opens_at, closes_at, rank, on)


def sightings(
    unit_ids: Collection[int], day: date
) -> dict[tuple[int, str], list[rules.Sighting]]:
    """What counts of the sightings of a day, by unit and event."""
    rows = db.session.scalars(
        sa.select(DoorSighting).where(
            DoorSighting.unit_id.in_(unit_ids),
            DoorSighting.day == day,
            DoorSighting.withdrawn.is_(False),
        )
    )
    found: dict[tuple[int, str], list[rules.Sighting]] = {}
    for row in rows:
        found.setdefault((row.unit_id, row.event), []).append(_sighting(row))
    return found


def _sighting(row: DoorSighting) -> rules.Sighting:
    status = (
        "not_open" if row.status in _MEANS_STAFFED and row.staff == 0 else row.status
    )
    return rules.Sighting(
        key=f"{row.seq:020}{row.entry_id}",
        at=row.at,
        status=status,
        how=row.how,
        has_photo=bool(row.photos),
    )


# Open with nobody in it is treated as not open (domain 4.5, D04).
_MEANS_STAFFED = rules.OPEN_AT_OPENING


class Seen(NamedTuple):
    """A sighting as a list shows it; plain, because a day has hundreds."""

    entry_id: UUID
    unit_id: int
    event: str
    at: datetime
    status: str
    how: str
    by_id: int | None
    by: str | None


def seen_on(mall_id: int, day: date) -> list[Seen]:
    """What counts of the sightings of a day, the oldest first."""
    row = DoorSighting
    rows = db.session.execute(
        sa.select(
            row.entry_id, row.unit_id, row.event, row.at, row.status, row.how,
            row.by_id, User.name,
        )
        .outerjoin(User, User.id == row.by_id)
        .where(row.mall_id == mall_id, row.day == day, row.withdrawn.is_(False))
        .order_by(row.at, row.seq)
    )  # fmt: skip
    return [Seen(*one) for one in rows]


def days_seen(
    mall_id: int, unit_id: int | None, first: date, last: date
) -> set[tuple[int, date]]:
    """The shops and days of a span that somebody looked at; unit None: all shops."""
    query = (
        sa.select(DoorSighting.unit_id, DoorSighting.day)
        .where(DoorSighting.mall_id == mall_id)
        .where(DoorSighting.day.between(first, last))
        .distinct()
    )
    if unit_id is not None:
        query = query.where(DoorSighting.unit_id == unit_id)
    return {(row.unit_id, row.day) for row in db.session.execute(query)}


def zones_of(unit_ids: Collection[int]) -> dict[int, int]:
    """The zone each of these units lies in, by their ids."""
    query = sa.select(Unit.id, Unit.zone_id).where(Unit.id.in_(unit_ids))
    return dict(db.session.execute(query).all())


def dismissed(unit_ids: Collection[int], day: date) -> set[tuple[int, str]]:
    """What was taken out as a case on a day: unit and event."""
    query = sa.select(Dismissal.unit_id, Dismissal.event).where(
        Dismissal.unit_id.in_(unit_ids), Dismissal.day == day
    )
    return {(row.unit_id, row.event) for row in db.session.execute(query)}


def find_sightings(mall_id: int, ids: Collection[UUID]) -> dict[UUID, DoorSighting]:
    rows = sa.select(DoorSighting).where(
        DoorSighting.mall_id == mall_id, DoorSighting.entry_id.in_(ids)
    )
    return {row.entry_id: row for row in db.session.scalars(rows)}
