"""One shop on one day: its hours, what is known, and every sighting behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.daylog import queries as daylog
from mallops.daylog.days import Days, today_of
from mallops.daylog.pages import Addresses
from mallops.db import db
from mallops.doors import lists, queries
from mallops.doors.models import DoorSighting
from mallops.doors.queries import Planned
from mallops.doors.rules import EVENTS, EXEMPT
from mallops.doors.standing import NOT_SEEN, Seen
from mallops.places.models import Mall, Unit


class ShopDay(Days):
    """A shop's doors on a day; each part is read when first needed."""

    elsewhere: dict[str, str] = {}

    def __init__(self, mall: Mall, day: date, unit: Unit) -> None:
        self.mall, self.day, self.unit = mall, day, unit
        self.today, self.addresses = today_of(mall), Addresses(mall)

    @cached_property
    def tenant(self) -> dict[str, str] | None:
        return daylog.tenants_on(self.day, [self.unit.id]).get(self.unit.id)

    @cached_property
    def planned(self) -> Planned:
        return queries.planned(self.mall, [self.unit.id], self.day)[self.unit.id]

    @cached_property
    def known(self) -> dict[str, Seen]:
        """What is known, by event."""
        seen = lists.seen_of(self.unit.id, self.day)
        return {event: seen.get(event, NOT_SEEN) for event in EVENTS}

    @cached_property
    def sightings(self) -> dict[str, list[DoorSighting]]:
        """Every sighting by event, oldest first; those taken back as well."""
        query = (
            sa.select(DoorSighting)
            .where(DoorSighting.unit_id == self.unit.id, DoorSighting.day == self.day)
            .options(joinedload(DoorSighting.by))
            .order_by(DoorSighting.at, DoorSighting.seq)
        )
        found: dict[str, list[DoorSighting]] = {event: [] for event in EVENTS}
        for one in db.session.scalars(query):
            found[one.event].append(one)
        return found

    def is_unconfirmed(self, event: str) -> bool:
        """Somebody at the door said that it need not open; nothing here says so."""
        counting = (one for one in self.sightings[event] if not one.withdrawn)
        return not self.planned.exempt and any(o.status in EXEMPT for o in counting)

    @cached_property
    def photos(self) -> dict[str, Any]:
        every: Sequence[DoorSighting] = sum(self.sightings.values(), [])
        return daylog.photos(self.mall, (p for one in every for p in one.photos))
