"""The ladder: what the cases of a shop in one month call for (pure; domain 4.5).

A case is a day on which a shop opened late, did not open, or closed early. However much
was wrong on it, a day is one case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mallops.doors.rules import Terms

Step = Literal["verbal", "written", "penalty", "manager"]
CAUSES = ("appeal", "wrong_sighting", "agreed", "other")


@dataclass(frozen=True)
class Case:
    """What counts of one event of one day."""

    day: date
    case: str  # late, not_open or early


@dataclass(frozen=True)
class Prepared:
    """A step that somebody must decide on; ``number``: after how many such days."""

    day: date
    step: Step
    number: int


def prepare(cases: Iterable[Case], terms: Terms) -> list[Prepared]:
    """The steps that the cases of one tenant in one month call for, by day."""
    found = list(cases)
    prepared = [
        Prepared(day, step, number)
        for number, day in enumerate(sorted({one.day for one in found}), start=1)
        if (step := step_of(number, terms))
    ]
    not_open = sorted({one.day for one in found if one.case == "not_open"})
    most = terms.manager_not_open_days
    if len(not_open) >= most:
        prepared.append(Prepared(not_open[most - 1], "manager", most))
    return sorted(prepared, key=lambda one: (one.day, one.step == "manager"))


def step_of(number: int, terms: Terms) -> Step | None:
    """What the case after ``number - 1`` others of its month calls for."""
    if number >= terms.penalty:
        return "penalty"
    if number >= terms.written:
        return "written"
    return "verbal" if number >= terms.verbal else None


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month a day lies in."""
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


def is_second_person(by_id: int, seen_by: Collection[int | None]) -> bool:
    """Taking a case out takes somebody else than the only one who saw it."""
    return set(seen_by) != {by_id}
