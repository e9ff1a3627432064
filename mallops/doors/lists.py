"""Plain rows for pages and files of doors: shops of a day, what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from mallops.daylog.queries import days_found
from mallops.db import fetch
from mallops.doors.models import DoorDay, DoorSighting
from mallops.doors.rules import EVENTS
from mallops.doors.standing import Seen
from mallops.people.models import User
from mallops.places.models import Place, Tenancy, Tenant, Unit

# Statements are made once, and of tables, not of their classes: a thousand objects
# take longer to make than the rest of the page.
_unit, _place, _tenancy, _tenant, _day, _sighting, _user = (
    cast(sa.Table, model.__table__)
    for model in (Unit, Place, Tenancy, Tenant, DoorDay, DoorSighting, User)
)


class Shop(NamedTuple):
    """A unit as it stands in the list, with its tenant of the day."""

    id: int
    no: str
    state: str
    floor: str
    zone_id: int
    name: dict[str, str] | None  # None: nobody holds it
    category: str | None
    tenant_id: int | None


class PlaceRow(NamedTuple):
    """A floor or a zone."""

    id: int
    code: str
    kind: str
    floor: str
    name: dict[str, str]


class Look(NamedTuple):
    """One sighting as a file or a sheet names it."""

    unit_id: int
    event: str
    at: Any
    status: str
    reason: str | None
    note: str
    by: str | None


_of_mall = _unit.c.mall_id == sa.bindparam("mall_id")
_UNITS = (
    sa.select(_unit.c.id, _unit.c.no, _unit.c.state, _unit.c.floor, _unit.c.zone_id)
    .where(_of_mall)
    .order_by(_unit.c.walk_order, _unit.c.no)
)
_HOLDERS = (
    sa.select(
        _tenancy.c.unit_id, _tenant.c.name, _tenant.c.trade_category, _tenant.c.id
    )
    .join_from(_tenancy, _tenant, _tenant.c.id == _tenancy.c.tenant_id)
    .where(
        _tenant.c.mall_id == sa.bindparam("mall_id"),
        _tenancy.c.starts_on <= sa.bindparam("day"),
        _tenancy.c.ends_on.is_(None) | (_tenancy.c.ends_on >= sa.bindparam("day")),
    )
    .order_by(_tenancy.c.starts_on, _tenancy.c.id)
)
_PLACES = (
    sa.select(_place.c.id, _place.c.code, _place.c.kind, _place.c.floor, _place.c.name)
    .where(
        _place.c.mall_id == sa.bindparam("mall_id"),
        _place.c.kind.in_(("floor", "zone")),
    )
    .order_by(_place.c.walk_order, _place.c.code)
)
_KNOWN = sa.select(
    _day.c.unit_id,
    _day.c.event,
    *(_day.c[name] for name in ("state", "seen_at", "least", "most")),
    *(_day.c[name] for name in ("contradicted", "bulk", "case", "planned_at")),
).where(_day.c.day == sa.bindparam("day"))
_SEEN = _KNOWN.where(_day.c.mall_id == sa.bindparam("mall_id"))
_SEEN_OF = _KNOWN.where(_day.c.unit_id == sa.bindparam("unit_id"))
_LOOKS = (
    sa.select(
        *(_sighting.c[name] for name in Look._fields[:-1]), _user.c.name.label("by")
    )
    .outerjoin_from(_sighting, _user, _user.c.id == _sighting.c.by_id)
    .where(
        _sighting.c.mall_id == sa.bindparam("mall_id"),
        _sighting.c.day == sa.bindparam("day"),
        _sighting.c.withdrawn.is_(False),
    )
    .order_by(_sighting.c.at, _sighting.c.seq)
)
_DAYS = days_found(_day.c.mall_id, _day.c.day)


def shops(mall_id: int, day: date) -> list[Shop]:
    """Units in walking order; of two tenants on a day the one who came last."""
    held = {
        unit_id: (name, category, tenant_id)
        for unit_id, name, category, tenant_id in fetch(
            _HOLDERS, mall_id=mall_id, day=day
        )
    }
    nobody = (None, None, None)
    units = fetch(_UNITS, mall_id=mall_id)
    return [Shop(*unit, *held.get(unit[0], nobody)) for unit in units]


def places(mall_id: int) -> list[PlaceRow]:
    """Floors and zones in walking order."""
    return [PlaceRow(*row) for row in fetch(_PLACES, mall_id=mall_id)]


def seen_on(mall_id: int, day: date) -> dict[str, dict[int, Seen]]:
    """What is known, by event and unit."""
    found: dict[str, dict[int, Seen]] = {event: {} for event in EVENTS}
    for row in fetch(_SEEN, mall_id=mall_id, day=day):
        found[row[1]][row[0]] = Seen._make(row[2:])
    return found


def seen_of(unit_id: int, day: date) -> dict[str, Seen]:
    """What is known of one shop, by event."""
    rows = fetch(_SEEN_OF, unit_id=unit_id, day=day)
    return {row[1]: Seen._make(row[2:]) for row in rows}


def looks_on(mall_id: int, day: date) -> dict[tuple[int, str], list[Look]]:
    """The sightings that count, by unit and event, oldest first."""
    found: dict[tuple[int, str], list[Look]] = {}
    for row in fetch(_LOOKS, mall_id=mall_id, day=day):
        found.setdefault((row[0], row[1]), []).append(Look._make(row))
    return found


def days_with_rounds(mall_id: int, first: date, last: date) -> set[date]:
    """Days of a stretch on which somebody looked at a door."""
    rows: Sequence[Any] = fetch(_DAYS, mall_id=mall_id, first=first, last=last)
    return {day for (day,) in rows if day is not None and day <= last}
