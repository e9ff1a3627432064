"""What the filters of doors offer: floors, zones and trade categories of a mall."""

from __future__ import annotations

from functools import cached_property

from mallops import web
from mallops.doors import lists
from mallops.doors.asked import Filters
from mallops.doors.lists import PlaceRow, Shop
from mallops.places.models import Mall
from mallops.places.rules import TRADE_CATEGORIES


class Choices:
    """Floors and zones by code, in walking order; categories with their names."""

    def __init__(self, mall: Mall) -> None:
        self._mall_id = mall.id

    @cached_property
    def _places(self) -> list[PlaceRow]:
        return lists.places(self._mall_id)

    @cached_property
    def floors(self) -> dict[str, PlaceRow]:
        return {one.code: one for one in self._places if one.kind == "floor"}

    @cached_property
    def zones(self) -> dict[str, PlaceRow]:
        return {one.code: one for one in self._places if one.kind == "zone"}

    @cached_property
    def zones_by_id(self) -> dict[int, PlaceRow]:
        return {one.id: one for one in self.zones.values()}

    @cached_property
    def categories(self) -> dict[str, str]:
        return {code: web.in_words(name) for code, name in TRADE_CATEGORIES.items()}

    def named(self, of: dict[str, PlaceRow]) -> list[tuple[str, str]]:
        """Codes with the code and name to choose by."""
        return [(code, f"{code} {web.in_words(one.name)}") for code, one in of.items()]

    def floor_name(self, floor: str) -> str:
        found = self.floors.get(floor)
        return web.in_words(found.name) if found else floor

    def keeps(self, shop: Shop, filters: Filters) -> bool:
        """Is this one of the shops asked for, whatever its state?"""
        if filters.floor and shop.floor != filters.floor:
            return False
        if filters.category and shop.category != filters.category:
            return False
        if filters.zone and self.zones_by_id[shop.zone_id].code != filters.zone:
            return False
        if not filters.q:
            return True
        names = " ".join(shop.name.values()) if shop.name else ""
        text = f"{shop.no} {names}".lower()
        return all(word in text for word in filters.words)
