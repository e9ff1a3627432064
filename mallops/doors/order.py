"""The form of the walking order: the places typed, and the shop moved by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mallops.places import walking
from mallops.places.models import Mall, Unit

PLACE, MOVES = "place.", {"up": -1, "down": 1}


@dataclass
class OrderForm:
    """What was typed: the places by unit number, as text, and which shop was moved."""

    shown: list[str]
    typed: dict[str, str] = field(default_factory=dict)
    moved: str = ""  # the number of the shop
    by: int = 0

    @property
    def bad(self) -> set[str]:
        """Shops whose place is not a number."""
        return {
            no for no, text in self.typed.items()
            if not (text.isdecimal() and 0 < int(text[:6]) < 100_000)
        }  # fmt: skip

    @property
    def wanted(self) -> dict[str, int]:
        """The shops that go to another place, and to which."""
        at = {no: number for number, no in enumerate(self.shown, start=1)}
        places = {no: int(text) for no, text in self.typed.items() if no in at}
        if self.moved in at:
            places[self.moved] = at[self.moved] + self.by
        return {no: place for no, place in places.items() if place != at[no]}


def read(form: Mapping[str, str]) -> OrderForm:
    way, _, no = form.get("move", "").partition(".")
    return OrderForm(
        shown=form.get("shown", "").split(),
        typed={
            name.removeprefix(PLACE): text.strip()
            for name, text in form.items()
            if name.startswith(PLACE)
        },
        moved=no if way in MOVES else "",
        by=MOVES.get(way, 0),
    )


def floor_units(mall: Mall, floor: str) -> list[Unit]:
    """The units of a floor as one walks past them."""
    return [unit for unit in walking.units_in_order(mall.id) if unit.floor == floor]
