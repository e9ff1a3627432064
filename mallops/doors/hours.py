"""When a shop must be open: its own hours, and what is out of the usual (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Literal, get_args

Span = tuple[time, time]  # opening, closing; the closing may be after midnight
Rank = Literal["mall", "tenant", "approved"]
RANKS = get_args(Rank)  # each goes before those in front of it


@dataclass(frozen=True)
class Change:
    """Other hours from one day to another; ``rank``: the nearer to the shop, the later.

    A side without a time keeps its usual hour. ``weekdays`` (0 Monday): only these of
    the days; None: all.
    """

    first_day: date
    last_day: date
    closed: bool
    opens_at: time | None
    closes_at: time | None
    rank: Rank
    weekdays: frozenset[int] | None = None

    def is_on(self, day: date) -> bool:
        in_time = self.first_day <= day <= self.last_day
        return in_time and (self.weekdays is None or day.weekday() in self.weekdays)


def on_day(
    usual: Span | None, changes: Iterable[Change], day: date, *, is_own: bool = False
) -> Span | None:
    """Opening and closing of a shop on a day; None: it need not open.

    A holiday of the mall goes before the usual hours, the tenant's own exception
    before that, what was approved for the shop before all. ``is_own``: the usual hours
    are the tenant's own; other hours of the mall do not touch them, but nobody need
    open while the mall is closed.
    """
    hours = usual
    for change in sorted(changes, key=lambda one: RANKS.index(one.rank)):
        of_others = is_own and change.rank == "mall" and not change.closed
        if change.is_on(day) and not of_others:
            hours = _changed(hours, change)
    return hours


def _changed(hours: Span | None, change: Change) -> Span | None:
    if change.closed:
        return None
    opens = change.opens_at or (hours[0] if hours else None)
    closes = change.closes_at or (hours[1] if hours else None)
    return (opens, closes) if opens and closes else hours
