"""The wall of shops: how each opened and closed on a day, for page and fragment."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, cached_property
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import url_for

from mallops import web
from mallops.daylog.days import Days, today_of
from mallops.doors import asked, lists, queries, standing
from mallops.doors.lists import Shop
from mallops.doors.offered import Choices
from mallops.doors.rules import EVENTS, Event
from mallops.doors.said import said, state_name
from mallops.doors.standing import TONES, Seen, group_of
from mallops.places.models import Mall


class Doors(NamedTuple):
    """How a shop opened and how it closed."""

    opening: Seen
    closing: Seen


class Tile(NamedTuple):
    """One shop on the wall."""

    shop: Shop
    doors: Doors
    states: frozenset[str]


class Drawn(NamedTuple):
    """What is filled in for a shop; its two doors are drawn already."""

    no: str
    address: str
    name: str
    is_exempt: bool
    opening: str
    closing: str


# Draws a door: event, tone of its state (none for what is quiet), word, detail, whether
# it is contradicted, whether it was marked in bulk.
Draw = Callable[[str, str, str, str, bool, bool], str]


class Wall(Days):
    """A day of doors as it is asked for; each part is read when first needed."""

    def __init__(self, mall: Mall, day: date, args: Mapping[str, str]) -> None:
        self.mall, self.day, self.today = mall, day, today_of(mall)
        self.offered = Choices(mall)
        self.filters, self.errors = asked.read_filters(args, self.offered)
        self.elsewhere = self.filters.params()
        self._state_name = cache(state_name)
        self._language = web.current_language()
        self._zone = ZoneInfo(mall.time_zone)
        self._doors = url_for("doors.today", mall=mall.code)

    # -- Addresses: asking Flask for each takes as long as the rest of its tile

    def other_day(self, day: date, **changes: object) -> str:
        params = self.filters.params(**changes)
        asked_for = f"?{urlencode(params)}" if params else ""
        return f"{self._doors}{day.isoformat()}{asked_for}"

    def address(self, **changes: object) -> str:
        """Of this day as it is asked for, with changes."""
        return self.other_day(self.day, **changes)

    @property
    def picked(self) -> str:
        return self._doors

    @cached_property
    def shop_base(self) -> str:
        """The address of a shop's day, without the number of the shop."""
        return f"{self._doors}{self.day.isoformat()}/"

    # -- The shops

    @cached_property
    def tiles(self) -> list[Tile]:
        """The shops asked for, whatever their state, in walking order."""
        shops = lists.shops(self.mall.id, self.day)
        if self.filters.are_set:
            shops = [one for one in shops if self.offered.keeps(one, self.filters)]
        seen = lists.glanced_on(self.mall.id, self.day)
        return list(_tiles(self.mall, self.day, shops, seen))

    @cached_property
    def counts(self) -> Counter[str]:
        return standing.count(tile.states for tile in self.tiles)

    @cached_property
    def shown(self) -> list[Tile]:
        if self.errors:
            return []
        state = self.filters.state
        return [t for t in self.tiles if not state or state in t.states]

    @property
    def floors(self) -> Iterator[tuple[str, list[tuple[str, list[Tile]]]]]:
        """Floor by floor the zones with their shops."""
        floors, zones = list(self.offered.floors), self.offered.zones_by_id
        by_floor: dict[str, dict[int, list[Tile]]] = {}
        for tile in self.shown:
            by_zone = by_floor.setdefault(tile.shop.floor, {})
            by_zone.setdefault(tile.shop.zone_id, []).append(tile)

        def place(floor: str) -> tuple[int, str]:
            return floors.index(floor) if floor in floors else len(floors), floor

        for floor in sorted(by_floor, key=place):
            found = by_floor[floor]
            yield (
                floor,
                [(_zone_name(zones[id_]), found[id_]) for id_ in zones if id_ in found],
            )

    # -- How they are shown

    def clock(self, moment: datetime | None) -> str:
        """``HH:MM`` of a moment on the mall's clock."""
        return f"{moment.astimezone(self._zone):%H:%M}" if moment else ""

    def name(self, words: dict[str, str] | None) -> str:
        """Of a tenant, in the reader's language; none: nobody is there."""
        return (words.get(self._language) or words["en"]) if words else ""

    def drawn(self, tiles: Iterable[Tile], draw: Draw) -> Iterator[Drawn]:
        """What the page fills in for each shop."""
        base, name = self.shop_base, self.name
        for shop, (opening, closing), states in tiles:
            yield Drawn(
                shop.no,
                f"{base}{shop.no}",
                name(shop.name),
                "exempt" in states,
                self._door("opening", opening, draw),
                self._door("closing", closing, draw),
            )

    def _door(self, event: Event, seen: Seen, draw: Draw) -> str:
        """A day has few different ones among its thousands."""
        drawn = self._drawn[event]
        if seen not in drawn:
            drawn[seen] = self._draw_one(event, seen, draw)
        return drawn[seen]

    @cached_property
    def _drawn(self) -> dict[Event, dict[Seen, str]]:
        return {event: {} for event in EVENTS}

    def _draw_one(self, event: Event, seen: Seen, draw: Draw) -> str:
        group = group_of(event, seen)
        tone = TONES.get(group, "")
        word, detail = said(event, seen, self.clock(seen.at), self._state_name)
        marks = seen.contradicted and group != "unconfirmed", seen.bulk
        return draw(event, tone, word, detail, *marks)

    @cached_property
    def marked(self) -> set[date]:
        weeks = self.weeks
        return lists.days_with_rounds(self.mall.id, weeks[0][0], weeks[-1][-1])

    @cached_property
    def version(self) -> str:
        """Changes when what the fragment shows changes, so that it is sent again."""
        numbers: dict[Doors, int] = {}
        shops = [
            (tile.shop.no, numbers.setdefault(tile.doors, len(numbers)))
            for tile in self.shown
        ]
        counts = sorted(self.counts.items())
        parts = repr((shops, list(numbers), counts, self._language))
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _tiles(
    mall: Mall, day: date, shops: list[Shop], seen: Mapping[str, Mapping[int, Seen]]
) -> Iterator[Tile]:
    opened, closed = seen["opening"], seen["closing"]
    unseen = {
        shop.id: shop.tenant_id for shop in shops
        if shop.state == "trading" and shop.tenant_id
        and (shop.id not in opened or shop.id not in closed)
    }  # fmt: skip
    awaited = queries.need_open(mall, unseen, day) if unseen else set()
    states: dict[Doors, frozenset[str]] = {}
    for shop in shops:
        opening, closing = opened.get(shop.id), closed.get(shop.id)
        if opening is None or closing is None:
            stays_closed = shop.id in unseen and shop.id not in awaited
            usual = standing.expected(shop.state, bool(shop.tenant_id), stays_closed)
            opening = opening or usual
            is_exempt = group_of("opening", opening) == "exempt"
            closing = closing or (opening if is_exempt else usual)
        doors = Doors(opening, closing)
        if doors not in states:
            states[doors] = standing.states_of(opening, closing)
        yield Tile(shop, doors, states[doors])


def _zone_name(zone: lists.PlaceRow) -> str:
    return f"{zone.code} {web.in_words(zone.name)}"
