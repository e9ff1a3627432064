"""What a reader of the wall or of a month asks for, out of the address (pure)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from mallops.doors.standing import STATES

MAX_QUERY = 100
SORTS = ("", "late", "not_open", "early", "walk")  # by how many; walk: as one walks
Errors = dict[str, str]  # field of Filters to the code of what is wrong with it


class Offered(Protocol):
    """What there is to choose from, by code."""

    @property
    def floors(self) -> Collection[str]: ...
    @property
    def zones(self) -> Collection[str]: ...
    @property
    def categories(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Filters:
    """What is asked for. Empty: everything."""

    floor: str = ""
    zone: str = ""
    category: str = ""  # trade category of the tenant
    state: str = ""  # of standing.STATES; on a day
    q: str = ""  # in number or name
    sort: str = ""  # of SORTS; in a month
    all: str = ""  # "1": shops without a mark as well; in a month

    def params(self, **changes: object) -> dict[str, str]:
        """The address that asks for this, with changes; empty ones left out."""
        asked = {name: getattr(self, name) for name in FIELDS} | changes
        return {name: str(value) for name, value in asked.items() if value}

    @property
    def are_set(self) -> bool:
        """Is anything filtered away?"""
        return replace(self, sort="", all="") != Filters()

    @property
    def cleared(self) -> Filters:
        return Filters(sort=self.sort, all=self.all)

    @property
    def words(self) -> list[str]:
        """The searched words; all must be found."""
        return self.q.lower().split()


FIELDS = tuple(Filters.__dataclass_fields__)


def read_filters(args: Mapping[str, str], offered: Offered) -> tuple[Filters, Errors]:
    """What was asked for, and what of it cannot be meant."""
    known: dict[str, Callable[[str], bool]] = {
        "floor": offered.floors.__contains__,
        "zone": offered.zones.__contains__,
        "category": offered.categories.__contains__,
        "state": STATES.__contains__,
        "q": lambda text: len(text) <= MAX_QUERY,
        "sort": SORTS.__contains__,
        "all": lambda text: text == "1",
    }
    given = {name: args.get(name, "").replace("\0", "").strip() for name in FIELDS}
    errors = {
        name: f"bad_{name}" for name, text in given.items()
        if text and not known[name](text)
    }  # fmt: skip
    fit = {name: text for name, text in given.items() if name not in errors}
    return Filters(**fit), errors


def read_month(text: str) -> date | None:
    """``2026-11`` as its first day."""
    if len(text) != len("2026-11"):
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
