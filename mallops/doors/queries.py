"""Reads of doors: who holds a unit, its hours on a day, the sightings of a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.doors import hours, rules
from mallops.doors.hours import Change
from mallops.doors.models import DoorSighting, HoursException
from mallops.places import queries as places
from mallops.places import rules as place_rules
from mallops.places.models import Mall, Tenancy, TradingHours


@dataclass(frozen=True)
class Planned:
    """Who holds a unit on a day, and when it must open and close (UTC)."""

    tenant_id: int | None
    opens_at: datetime | None
    closes_at: datetime | None


def terms(mall: Mall) -> rules.Terms:
    """The numbers of the ladder in this mall."""
    own = mall.settings.get("doors", {})
    names = {field.name for field in fields(rules.Terms)}
    return rules.Terms(**{name: own[name] for name in names & set(own)})


def planned(mall: Mall, unit_ids: Collection[int], day: date) -> dict[int, Planned]:
    """The hours of these units on a day, each by its own tenant's."""
    holders = _holders(mall.id, unit_ids, day)
    usual = places.trading_hours(mall.id)
    changes = _exceptions(mall.id, day)
    return {
        unit_id: _planned(mall, holders.get(unit_id), usual, changes, day)
        for unit_id in unit_ids
    }


def _planned(
    mall: Mall,
    tenant_id: int | None,
    usual: dict[int | None, list[TradingHours]],
    changes: list[tuple[int | None, Change]],
    day: date,
) -> Planned:
    rows = usual.get(tenant_id) or usual.get(None, [])
    own = [change for of, change in changes if of in (None, tenant_id)]
    span = hours.on_day(place_rules.hours_on(day, rows), own, day)
    if span is None:
        return Planned(tenant_id, None, None)
    opens_at, closes_at = (_moment(mall, day, at) for at in span)
    return Planned(tenant_id, opens_at, closes_at)


def _moment(mall: Mall, day: date, at: time) -> datetime:
    clock = at.strftime("%H:%M")
    return place_rules.moment_on(day, clock, mall.time_zone, mall.day_starts_at)


def _holders(mall_id: int, unit_ids: Collection[int], day: date) -> dict[int, int]:
    """The tenant of each unit on a day; of two, the one who came last."""
    rows = db.session.execute(
        sa.select(Tenancy.unit_id, Tenancy.tenant_id)
        .where(Tenancy.unit_id.in_(unit_ids), Tenancy.starts_on <= day)
        .where(Tenancy.ends_on.is_(None) | (Tenancy.ends_on >= day))
        .order_by(Tenancy.starts_on, Tenancy.id)
    )
    return dict(rows.all())


def _exceptions(mall_id: int, day: date) -> list[tuple[int | None, Change]]:
    rows = sa.select(HoursException).where(
        HoursException.mall_id == mall_id,
        HoursException.first_day <= day,
        HoursException.last_day >= day,
    )
    return [
        (
            row.tenant_id,
            Change(
                row.first_day,
                row.last_day,
                row.closed,
                row.opens_at,
                row.closes_at,
                "tenant" if row.tenant_id else "mall",
            ),
        )
        for row in db.session.scalars(rows)
    ]


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


def find_sightings(mall_id: int, ids: Collection[UUID]) -> dict[UUID, DoorSighting]:
    rows = sa.select(DoorSighting).where(
        DoorSighting.mall_id == mall_id, DoorSighting.entry_id.in_(ids)
    )
    return {row.entry_id: row for row in db.session.scalars(rows)}
