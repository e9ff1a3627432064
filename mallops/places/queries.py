"""Reads of places: malls, spots to walk to, units with their tenants, trading hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from mallops.db import db, fetch
from mallops.places.models import Mall, Place, Tenancy, Tenant, TradingHours, Unit
from mallops.places.rules import Hours

VACANT = {"en": "Vacant unit", "zh-Hans": "空置商铺", "zh-Hant": "空置舖位"}


@dataclass(frozen=True)
class Spot:
    """Where a round is walked: a place, or a unit (kind ``"unit"``)."""

    code: str  # of the place, or the number of the unit
    kind: str
    floor: str
    zone_id: int | None  # a zone's own id for the zone itself
    place_id: int | None
    unit_id: int | None
    name: dict[str, str]


_MALL = sa.select(Mall).where(Mall.code == sa.bindparam("code"))
_PLACES = sa.select(
    Place.id, Place.code, Place.kind, Place.floor, Place.zone_id, Place.name
).where(
    Place.mall_id == sa.bindparam("mall_id"),
    Place.code.in_(sa.bindparam("codes", expanding=True)),
)
_UNITS = sa.select(Unit.id, Unit.no, Unit.floor, Unit.zone_id).where(
    Unit.mall_id == sa.bindparam("mall_id"),
    Unit.no.in_(sa.bindparam("numbers", expanding=True)),
)

# Plain rows: a mall has a thousand of them.
_HOURS = (
    sa.select(
        TradingHours.tenant_id,
        TradingHours.weekday,
        TradingHours.opens_at,
        TradingHours.closes_at,
    )
    .where(TradingHours.mall_id == sa.bindparam("mall_id"))
    .order_by(TradingHours.weekday, TradingHours.id)
)
_PLACE_CODES = sa.select(Place.code).where(Place.mall_id == sa.bindparam("mall_id"))
_UNIT_NUMBERS = sa.select(Unit.no).where(Unit.mall_id == sa.bindparam("mall_id"))
_CODES = sa.select(sa.union_all(_PLACE_CODES, _UNIT_NUMBERS).subquery())


def find_mall(code: str) -> Mall | None:
    """By code. No code holds NUL, which PostgreSQL would not even compare."""
    if "\0" in code:
        return None
    return db.session.scalar(_MALL, {"code": code})


def spots(mall_id: int, day: date | None = None) -> dict[str, Spot]:
    """All spots of a mall by place code and unit number.

    A unit is named after its tenant on ``day``; without one, after the tenant who has
    it for the time being.
    """
    found = {place.code: _spot_of_place(place) for place in places_of(mall_id)}
    names = _of_tenants(Tenant.name, mall_id, day)
    # Plain rows: a day's page would take a fifth longer with an object of each.
    units = (
        sa.select(Unit.id, Unit.no, Unit.floor, Unit.zone_id)
        .where(Unit.mall_id == mall_id)
        .order_by(Unit.walk_order, Unit.no)
    )
    for unit in db.session.execute(units):
        found[unit.no] = _spot_of_unit(unit, names.get(unit.id, VACANT))
    return found


def named_spots(mall_id: int, codes: Iterable[str]) -> dict[str, Spot]:
    """The spots among these place codes and unit numbers; unknown ones are left out.

    Units carry their number as a name: whoever asks for a few wants to know where.
    """
    wanted = {code for code in codes if "\0" not in code}
    places = fetch(_PLACES, mall_id=mall_id, codes=list(wanted))
    found = {place.code: _spot_of_place(place) for place in places}
    left = wanted - set(found)
    if left:
        for unit in fetch(_UNITS, mall_id=mall_id, numbers=list(left)):
            found[unit.no] = _spot_of_unit(unit, dict.fromkeys(VACANT, unit.no))
    return found


def codes(mall_id: int) -> set[str]:
    """The place codes and unit numbers of a mall: where there is a spot at all."""
    return {code for (code,) in fetch(_CODES, mall_id=mall_id)}


def places_of(mall_id: int) -> list[Place]:
    """The mall, its floors, zones and restrooms in walking order."""
    return list(
        db.session.scalars(
            sa.select(Place)
            .where(Place.mall_id == mall_id)
            .order_by(Place.walk_order, Place.code)
        )
    )


def units_of(mall_id: int, day: date) -> list[tuple[Unit, Tenant | None]]:
    """Units in walking order, each with its tenant on that day (None: vacant)."""
    return list(_units_and_tenants(mall_id, day))


def trading_hours(mall_id: int) -> dict[int | None, list[Hours]]:
    """Trading hours by tenant id; the mall's own under None.

    A tenant that is not in it keeps the mall's hours.
    """
    found: dict[int | None, list[Hours]] = {}
    for row in fetch(_HOURS, mall_id=mall_id):
        found.setdefault(row.tenant_id, []).append(row)
    return found


def _units_and_tenants(
    mall_id: int, day: date | None
) -> Iterator[tuple[Unit, Tenant | None]]:
    tenants = _of_tenants(Tenant, mall_id, day)
    for unit in db.session.scalars(
        sa.select(Unit)
        .where(Unit.mall_id == mall_id)
        .order_by(Unit.walk_order, Unit.no)
    ):
        yield unit, tenants.get(unit.id)


def _of_tenants(what: Any, mall_id: int, day: date | None) -> dict[int, Any]:
    """Who holds which unit, or what of them; of two on a day, the one who came last."""
    held: sa.ColumnElement[bool] = Tenancy.ends_on.is_(None)
    if day is not None:
        held = sa.and_(Tenancy.starts_on <= day, held | (Tenancy.ends_on >= day))
    rows = db.session.execute(
        sa.select(Tenancy.unit_id, what)
        .join(Tenant, Tenancy.tenant_id == Tenant.id)
        .where(Tenant.mall_id == mall_id, held)
        .order_by(Tenancy.starts_on, Tenancy.id)
    )
    return dict(rows.all())


def _spot_of_place(place: Any) -> Spot:
    return Spot(
        code=place.code,
        kind=place.kind,
        floor=place.floor,
        zone_id=place.id if place.kind == "zone" else place.zone_id,
        place_id=place.id,
        unit_id=None,
        name=place.name,
    )


def _spot_of_unit(unit: Any, name: dict[str, str]) -> Spot:
    return Spot(
        code=unit.no,
        kind="unit",
        floor=unit.floor,
        zone_id=unit.zone_id,
        place_id=None,
        unit_id=unit.id,
        name=name,
    )
