"""The wall of shops: how each opened and closed on a day, for page and fragment."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
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
from mallops.doors.standing import Seen, group_of
from mallops.drawn import Joined
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


# Draws the head of a shop's tile: its number, its name, whether it is exempt.
DrawShop = Callable[[str, str, bool], str]
# Draws a door: event, state, when it was seen, least and most minutes off, whether it
# is contradicted, whether it was marked in bulk.
DrawDoor = Callable[[str, str, str, int | None, int | None, bool, bool], str]
Doorways = Mapping[Event, Mapping[Seen, str]]


class Wall(Days):
    """A day of doors as it is asked for; each part is read when first needed."""

    def __init__(self, mall: Mall, day: date, args: Mapping[str, str]) -> None:
        self.mall, self.day, self.today = mall, day, today_of(mall)
        self.offered = Choices(mall)
        self.filters, self.errors = asked.read_filters(args, self.offered)
        self.elsewhere = self.filters.params()
        self._language = web.current_language()
        self._zone = ZoneInfo(mall.time_zone)
        self._doors = url_for("doors.today", mall=mall.code)

    def forget(self) -> None:
        """Drop all that was read, once it is drawn.

        Templates with macros keep each other alive, and what they showed with them,
        until the next search for garbage: twenty walls of a thousand shops, which took
        10 ms out of one reader's page.
        """
        vars(self).clear()

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

    def name(self, words: Mapping[str, str] | None) -> str:
        """Of a tenant, in the reader's language; none: nobody is there."""
        return (words.get(self._language) or words["en"]) if words else ""

    def drawn_doors(self, draw: DrawDoor) -> Doorways:
        """By event what is known of a door, drawn: a day has thousands, few unlike."""
        return {event: self._drawn_doors(event, draw) for event in EVENTS}

    def _drawn_doors(self, event: Event, draw: DrawDoor) -> dict[Seen, str]:
        return {
            seen: draw(
                event,
                seen.state,
                self.clock(seen.at),
                seen.least,
                seen.most,
                seen.contradicted,
                seen.bulk,
            )
            for seen in {getattr(tile.doors, event) for tile in self.shown}
        }

    def drawn(
        self, tiles: Iterable[Tile], draw: DrawShop, doors: Doorways, end: str
    ) -> Joined:
        """Shop by shop its head, its two doors and the end of its tile."""
        name, opened, closed = self.name, doors["opening"], doors["closing"]
        pieces: list[str] = []
        for shop, (opening, closing), states in tiles:
            head = draw(shop.no, name(shop.name), "exempt" in states)
            pieces += (head, opened[opening], closed[closing], end)
        return Joined(pieces)

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
    kinds: dict[tuple[Seen, Seen], tuple[Doors, frozenset[str]]] = {}
    for shop in shops:
        opening, closing = opened.get(shop.id), closed.get(shop.id)
        if opening is None or closing is None:
            stays_closed = shop.id in unseen and shop.id not in awaited
            usual = standing.expected(shop.state, bool(shop.tenant_id), stays_closed)
            opening = opening or usual
            is_exempt = group_of("opening", opening) == "exempt"
            closing = closing or (opening if is_exempt else usual)
        pair = opening, closing
        kind = kinds.get(pair)
        if kind is None:
            kind = kinds[pair] = Doors(*pair), standing.states_of(*pair)
        yield Tile(shop, *kind)


def _zone_name(zone: lists.PlaceRow) -> str:
    return f"{zone.code} {web.in_words(zone.name)}"
