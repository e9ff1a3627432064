"""The wall of shops: how each opened and closed on a day, for page and fragment."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import url_for

from mallops import web
from mallops.daylog.days import Days, today_of
from mallops.doors import asked, lists, queries, standing
from mallops.doors.lists import Shop
from mallops.doors.offered import Choices
from mallops.doors.rules import EVENTS
from mallops.doors.said import said, state_name
from mallops.doors.standing import TONES, Seen, group_of
from mallops.places.models import Mall


@dataclass(frozen=True)
class Tile:
    """One shop on the wall."""

    shop: Shop
    opening: Seen
    closing: Seen
    states: set[str]

    @property
    def is_exempt(self) -> bool:
        return "exempt" in self.states


class Cell(NamedTuple):
    """One door in words: the tone of its state, none for what is quiet."""

    tone: str
    word: str
    detail: str
    contradicted: bool
    bulk: bool


class Wall(Days):
    """A day of doors as it is asked for; each part is read when first needed."""

    def __init__(self, mall: Mall, day: date, args: Mapping[str, str]) -> None:
        self.mall, self.day, self.today = mall, day, today_of(mall)
        self.offered = Choices(mall)
        self.filters, self.errors = asked.read_filters(args, self.offered)
        self.elsewhere = self.filters.params()
        self._state_name = cache(state_name)
        self._language = web.current_language()
        self._cells: dict[tuple[object, ...], Cell] = {}
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
        shops = [
            shop for shop in lists.shops(self.mall.id, self.day)
            if self.offered.keeps(shop, self.filters)
        ]  # fmt: skip
        seen = lists.seen_on(self.mall.id, self.day)
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
        order = {id_: number for number, id_ in enumerate(zones)}

        def place(tile: Tile) -> tuple[int, str, int]:
            floor = tile.shop.floor
            at = floors.index(floor) if floor in floors else len(floors)
            return at, floor, order[tile.shop.zone_id]

        ordered = sorted(self.shown, key=place)
        for floor, on_floor in groupby(ordered, lambda tile: tile.shop.floor):
            yield (
                floor,
                [
                    (_zone_name(zones[zone_id]), list(some))
                    for zone_id, some in groupby(on_floor, lambda t: t.shop.zone_id)
                ],
            )

    # -- How they are shown

    def clock(self, moment: datetime | None) -> str:
        """``HH:MM`` of a moment on the mall's clock."""
        return f"{moment.astimezone(self._zone):%H:%M}" if moment else ""

    def name(self, words: dict[str, str] | None) -> str:
        """Of a tenant, in the reader's language; none: nobody is there."""
        return (words.get(self._language) or words["en"]) if words else ""

    def cell(self, event: str, seen: Seen) -> Cell:
        """What the wall shows of a door: a day has few different ones."""
        clock = self.clock(seen.at)
        key = (event, clock, *seen[:1], *seen[2:6])
        if key not in self._cells:
            tone = TONES.get(group_of(event, seen), "")
            told = said(event, seen, clock, self._state_name)
            self._cells[key] = Cell(tone, *told, seen.contradicted, seen.bulk)
        return self._cells[key]

    @cached_property
    def marked(self) -> set[date]:
        weeks = self.weeks
        return lists.days_with_rounds(self.mall.id, weeks[0][0], weeks[-1][-1])

    @cached_property
    def version(self) -> str:
        """Changes when what the fragment shows changes, so that it is sent again."""
        known = [(t.shop.no, t.opening, t.closing) for t in self.shown]
        parts = repr((known, sorted(self.counts.items()), web.current_language()))
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _tiles(
    mall: Mall,
    day: date,
    shops: list[Shop],
    seen: Mapping[tuple[int, str], Seen],
) -> Iterator[Tile]:
    unseen = [
        shop.id for shop in shops
        if shop.state == "trading" and shop.tenant_id
        and not all((shop.id, event) in seen for event in EVENTS)
    ]  # fmt: skip
    planned = queries.planned(mall, unseen, day) if unseen else {}
    for shop in shops:
        hours = planned.get(shop.id)
        is_closed = hours is not None and hours.opens_at is None
        usual = standing.expected(shop.state, shop.tenant_id is not None, is_closed)
        opening = seen.get((shop.id, "opening"), usual)
        is_exempt = group_of("opening", opening) == "exempt"
        closing = seen.get((shop.id, "closing"), opening if is_exempt else usual)
        yield Tile(shop, opening, closing, standing.states_of((opening, closing)))


def _zone_name(zone: lists.PlaceRow) -> str:
    return f"{zone.code} {web.in_words(zone.name)}"
