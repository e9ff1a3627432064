"""Plain rows for pages and files of doors: shops of a day, what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

import msgspec
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
    name: Mapping[str, str] | None  # None: nobody holds it
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


_MARKS = ("contradicted", "bulk")
_DAY_ASKED: sa.BindParameter[date] = sa.bindparam("day")
_SHOPS = (
    sa.select(
        *(_unit.c[name] for name in ("id", "no", "state", "floor", "zone_id")),
        sa.cast(_tenant.c.name, sa.Text),
        *(_tenant.c[name] for name in ("trade_category", "id")),
    )
    .outerjoin_from(
        _unit,
        _tenancy,
        (_tenancy.c.unit_id == _unit.c.id)
        & (_tenancy.c.starts_on <= _DAY_ASKED)
        & (_tenancy.c.ends_on.is_(None) | (_tenancy.c.ends_on >= _DAY_ASKED)),
    )
    .outerjoin(_tenant, _tenant.c.id == _tenancy.c.tenant_id)
    .where(_unit.c.mall_id == sa.bindparam("mall_id"))
    .order_by(_unit.c.walk_order, _unit.c.no, _tenancy.c.starts_on, _tenancy.c.id)
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
# As the drivers give them, thousands a day: Python reads only what is not alike. Both
# engines write a moment out in UTC, its minute in the first 16 characters.
_GLANCED = (
    sa.select(_day.c.unit_id, _day.c.event)
    .add_columns(sa.func.substr(sa.cast(_day.c.seen_at, sa.Text), 1, 16))
    .add_columns(*(_day.c[name] for name in ("state", "least", "most")))
    .add_columns(*(sa.type_coerce(_day.c[n], sa.Integer) for n in _MARKS))
    .where(_day.c.mall_id == sa.bindparam("mall_id"))
    .where(_day.c.day == sa.bindparam("day"))
)
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
    rows: Sequence[Any] = fetch(_SHOPS, mall_id=mall_id, day=day)
    return [
        Shop(id_, no, state, floor, zone_id, name and _names(name), category, tenant_id)
        for id_, no, state, floor, zone_id, name, category, tenant_id in {
            row[0]: row for row in rows
        }.values()
    ]


@lru_cache(maxsize=5_000)
def _names(text: str) -> Mapping[str, str]:
    """Of a tenant, by language; from one day to the next hardly any changes."""
    return msgspec.json.decode(text, type=dict[str, str])


def places(mall_id: int) -> list[PlaceRow]:
    """Floors and zones in walking order."""
    return [PlaceRow(*row) for row in fetch(_PLACES, mall_id=mall_id)]


def glanced_on(mall_id: int, day: date) -> dict[str, dict[int, Seen]]:
    """What a wall shows of a day, by event and unit: each to the minute.

    What is alike is one and the same object: a day has thousands and few kinds.
    """
    found: dict[str, dict[int, Seen]] = {event: {} for event in EVENTS}
    kinds: dict[tuple[Any, ...], Seen] = {}
    for row in fetch(_GLANCED, mall_id=mall_id, day=day):
        kind = row[2:]
        seen = kinds.get(kind)
        if seen is None:
            seen = kinds[kind] = _glanced(*kind)
        found[row[1]][row[0]] = seen
    return found


def _glanced(
    minute: str | None,
    state: str,
    least: int | None,
    most: int | None,
    contradicted: int,
    bulk: int,
) -> Seen:
    at = datetime.fromisoformat(f"{minute}+00:00") if minute else None
    return Seen(state, at, least, most, bool(contradicted), bool(bulk))


def seen_on(mall_id: int, day: date) -> dict[str, dict[int, Seen]]:
    """All that is known, by event and unit."""
    found: dict[str, dict[int, Seen]] = {event: {} for event in EVENTS}
    for row in fetch(_SEEN, mall_id=mall_id, day=day):
        found[row[1]][row[0]] = Seen(*row[2:])
    return found


def seen_of(unit_id: int, day: date) -> dict[str, Seen]:
    """What is known of one shop, by event."""
    rows = fetch(_SEEN_OF, unit_id=unit_id, day=day)
    return {row[1]: Seen(*row[2:]) for row in rows}


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
