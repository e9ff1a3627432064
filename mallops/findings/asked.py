"""What a reader of the list asks for, as it stands in the address (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from mallops.findings.rules import ACTIVE, CATEGORIES, LIMITS

PAGE = 25  # what a phone in a basement has to load before anything is read
MAX_QUERY = 100
TABS = ("all", "mine", "team", "overdue", "recheck", "closed")
# In which order open findings are listed: the clock runs, somebody must look again,
# the clock stands still.
RANKS = (tuple(sorted(ACTIVE - {"waiting"})), ("fixed",), ("waiting",))
OPERATIONS = "-"  # in place of a team's code
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_CURSOR = re.compile(r"([0-2])_(\d{1,16})_([\w.-]{1,60})")


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the rank and time it is sorted by, and the finding's id."""

    rank: int
    moment: datetime
    id: str

    def __str__(self) -> str:
        return f"{self.rank}_{(self.moment - EPOCH) // MICROSECOND}_{self.id}"


@dataclass(frozen=True)
class Filters:
    """What is asked for. Empty: everything."""

    tab: str = ""  # empty: the reader's usual one
    zone: str = ""  # place code
    unit: str = ""  # unit number, in any case
    category: str = ""
    severity: str = ""
    team: str = ""  # code, or OPERATIONS
    q: str = ""
    after: Cursor | None = None

    def params(self, **changes: object) -> dict[str, str]:
        """The address that asks for this, with changes; empty ones left out."""
        asked = {name: getattr(self, name) for name in FIELDS} | changes
        return {name: str(value) for name, value in asked.items() if value}

    @property
    def are_set(self) -> bool:
        """Is anything filtered away?"""
        return replace(self, tab="", after=None) != Filters()

    @property
    def cleared(self) -> Filters:
        return Filters(tab=self.tab)

    @property
    def words(self) -> list[str]:
        """The searched words; all must be found."""
        return self.q.lower().split()


FIELDS = tuple(Filters.__dataclass_fields__)
Errors = dict[str, str]  # field of Filters to the code of what is wrong with it


def read_filters(args: Mapping[str, str]) -> tuple[Filters, Errors]:
    """What was asked for, and what of it cannot be meant."""
    errors: Errors = {}
    values: dict[str, object] = {}
    for name in FIELDS:
        text = args.get(name, "").replace("\0", "").strip()
        try:
            if text:
                values[name] = _READERS.get(name, str)(text)
        except (ValueError, OverflowError):
            errors[name] = f"bad_{name}"
    return Filters(**values), errors  # type: ignore[arg-type]


def read_cursor(text: str) -> Cursor:
    """A cursor out of an address.

    Raises:
        ValueError, OverflowError: it never came from us.
    """
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise ValueError(f"not a cursor: {text!r}")
    return Cursor(int(match[1]), EPOCH + int(match[2]) * MICROSECOND, match[3])


def _query(text: str) -> str:
    if len(text) > MAX_QUERY:
        raise ValueError("too long to search for")
    return text


def _one_of(allowed: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"{text!r} is none of {allowed}")
        return text

    return read


_READERS: Mapping[str, Callable[[str], object]] = {
    "tab": _one_of(TABS),
    "category": _one_of(CATEGORIES),
    "severity": _one_of(LIMITS),
    "q": _query,
    "after": read_cursor,
}
