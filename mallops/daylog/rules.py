"""What a reader of the day asks for, and who may decide what (pure)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from mallops.rounds.rules import State

PAGE = 50
MAX_QUERY = 100
EARLIEST_DAY = date(2000, 1, 1)
AHEAD = timedelta(days=366)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ORDERS = ("newest", "oldest")
ROUND_STATES: tuple[State, ...] = ("missed", "late", "unknown", "due", "done")
NOT_IN_ORDER = ("missed", "late", "unknown")  # rounds the page offers to look at
UNCOUNTERSIGNED = "uncountersigned"  # another list the page offers closed
REASON_LENGTH = 1000

_CURSOR = re.compile(r"(\d{1,16})-(\d{1,18})")
# Spreadsheets run these as formulas; some also after white space or in full width.
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\x00-\x1f]*")


@dataclass(frozen=True)
class Cursor:
    """Where a page of the list ended: after this entry the next one begins."""

    occurred_at: datetime
    ledger_seq: int

    def __str__(self) -> str:
        return f"{(self.occurred_at - EPOCH) // MICROSECOND}-{self.ledger_seq}"


@dataclass(frozen=True)
class Filters:
    """What is asked for, as it stands in the address. Empty: everything."""

    kind: str = ""
    zone: str = ""  # place code
    unit: str = ""  # unit number, in any case
    person: int | None = None  # user id
    problems: bool = False
    held: bool = False
    q: str = ""
    order: str = ""  # empty: the day's usual one
    rounds: str = ""  # which list is open: of rounds that stand so, or another
    after: Cursor | None = None

    def params(self, **changes: object) -> dict[str, str]:
        """The address that asks for this, with changes; empty ones left out."""
        asked = {name: getattr(self, name) for name in FIELDS} | changes
        return {name: _param(value) for name, value in asked.items() if value}

    @property
    def are_set(self) -> bool:
        """Is anything filtered away?"""
        return replace(self, order="", rounds="", after=None) != Filters()

    @property
    def cleared(self) -> Filters:
        """Nothing filtered away; how the page is arranged stays."""
        return Filters(order=self.order, rounds=self.rounds)

    @property
    def words(self) -> list[str]:
        """The searched words as the ledger keeps them; all must be found."""
        return self.q.lower().split()


FIELDS = tuple(Filters.__dataclass_fields__)
Errors = dict[str, str]  # field of Filters to the code of what is wrong with it


def _param(value: object) -> str:
    return "1" if value is True else str(value)


def read_filters(args: Mapping[str, str]) -> tuple[Filters, Errors]:
    """What was asked for, and what of it cannot be meant."""
    errors: Errors = {}
    values: dict[str, object] = {}
    for name in FIELDS:
        text = args.get(name, "").replace("\0", "").strip()
        try:
            values[name] = _READERS.get(name, str)(text) if text else None
        except (ValueError, OverflowError):
            errors[name] = f"bad_{name}"
    found = {name: value for name, value in values.items() if value is not None}
    return Filters(**found), errors  # type: ignore[arg-type]


def read_cursor(text: str) -> Cursor:
    """A cursor out of an address.

    Raises:
        ValueError, OverflowError: it never came from us.
    """
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise ValueError(f"not a cursor: {text!r}")
    return Cursor(EPOCH + int(match[1]) * MICROSECOND, int(match[2]))


def _person(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise ValueError(f"not a person: {text!r}")
    return int(text)


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"neither on nor off: {text!r}")
    return text == "1"


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
    "person": _person,
    "problems": _switch,
    "held": _switch,
    "q": _query,
    "order": _one_of(ORDERS),
    "rounds": _one_of((*ROUND_STATES, UNCOUNTERSIGNED)),
    "after": read_cursor,
}


def newest_first(filters: Filters, *, is_today: bool) -> bool:
    """Today one looks for what just happened; a past day is read from its start."""
    return filters.order == "newest" if filters.order else is_today


def is_plausible(day: date, today: date) -> bool:
    """Is this a day that can have a log: not before our time, not far ahead?"""
    return EARLIEST_DAY <= day <= today + AHEAD


def weeks_of(day: date) -> list[list[date]]:
    """The month around a day as whole weeks, Monday first."""
    return calendar.Calendar().monthdatescalendar(day.year, day.month)


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe keeps it text."""
    shown = _INVISIBLE.sub("", text, count=1)
    risky = shown[:1] in _FORMULA if shown else False
    return f"'{text}" if risky or text[:1] in ("\t", "\r", "\n") else text


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs: 3 4 5 9 becomes (3, 5), (9, 9)."""
    ordered = list(numbers)
    if not ordered:
        return []
    breaks = [(a, b) for a, b in pairwise(ordered) if b != a + 1]
    starts = [ordered[0], *(b for _, b in breaks)]
    ends = [*(a for a, _ in breaks), ordered[-1]]
    return list(zip(starts, ends, strict=True))


def may_decide(
    decider_id: int, *, recorded_by_id: int | None, carried_by_id: int
) -> bool:
    """A decision takes a second person.

    Who carried another's entry may decide on it; while nobody knows who recorded
    it, its carrier may be the author and may not.
    """
    author = carried_by_id if recorded_by_id is None else recorded_by_id
    return decider_id != author
