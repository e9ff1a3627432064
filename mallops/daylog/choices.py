"""What the filters of a day offer, and the ids that stand behind what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from mallops.daylog.rules import Errors, Filters
from mallops.db import db, fetch
from mallops.ledger import kinds
from mallops.people.models import Membership, User
from mallops.places.models import Mall, Place, Unit


class Zone(NamedTuple):
    id: int
    name: dict[str, str]


class Choices:
    """Zones by code, people by id, kinds by name; each read when first needed."""

    def __init__(self, mall: Mall) -> None:
        self._mall_id = mall.id

    @cached_property
    def zones(self) -> dict[str, Zone]:
        rows = fetch(_ZONES, mall_id=self._mall_id)
        return {code: Zone(id_, name) for code, id_, name in rows}

    @cached_property
    def people(self) -> dict[int, str]:
        rows = fetch(_PEOPLE, mall_id=self._mall_id)
        return dict(rows)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What the kinds of entry are called, in the reader's language."""
        return {kind.name: str(kind.title) for kind in kinds.all_kinds()}


_ZONES = (
    sa.select(Place.code, Place.id, Place.name)
    .where(Place.mall_id == sa.bindparam("mall_id"), Place.kind == "zone")
    .order_by(Place.walk_order, Place.code)
)
_MEMBERS = sa.select(Membership.user_id).where(
    Membership.mall_id == sa.bindparam("mall_id")
)
_PEOPLE = sa.select(User.id, User.name).where(User.id.in_(_MEMBERS)).order_by(User.name)


@dataclass(frozen=True)
class Narrowed:
    """Filters with the ids that the places in them stand for."""

    filters: Filters
    zone_id: int | None = None
    unit_id: int | None = None


def narrow(mall: Mall, filters: Filters, offered: Choices) -> tuple[Narrowed, Errors]:
    """The filters with their ids, and which of them name what is not there."""
    zone = offered.zones.get(filters.zone) if filters.zone else None
    unit_id = _unit_id(mall.id, filters.unit) if filters.unit else None
    absent: dict[str, Any] = {
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
