"""Which shifts a team has, which one runs, and who of it is there (pure).

A shift belongs to the business day it starts on, so the night from 23:00 to 08:30 is
one shift of the evening's day. Its id is made the same way everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from mallops.places.rules import business_day, moment_on

ONE_DAY = timedelta(days=1)
# A team that works on one weekday only has its next shift a week later.
REACH = 8


class Pattern(Protocol):
    """The columns of a ShiftPattern that its shifts follow from."""

    @property
    def id(self) -> int: ...
    @property
    def team(self) -> str | None: ...  # its code; None: operations
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> dict[str, str]: ...
    @property
    def starts_at(self) -> time: ...
    @property
    def ends_at(self) -> time: ...
    @property
    def weekdays(self) -> Collection[int]: ...
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one team on one business day. Moments in UTC."""

    id: str  # "early.20261121", of a team "security-early.20261121"
    code: str
    name: dict[str, str]
    team: str | None  # its code; None: operations
    day: date
    starts_at: datetime
    ends_at: datetime
    pattern_id: int

    def runs_at(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at

    def overlaps(self, other: Shift) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def shifts_of_day(
    patterns: Iterable[Pattern], day: date, time_zone: str, day_starts_at: time
) -> list[Shift]:
    """The shifts that start on a business day: operations first, then team by team."""
    found = [
        _shift(pattern, day, time_zone, day_starts_at)
        for pattern in patterns
        if is_on(pattern, day)
    ]
    return sorted(found, key=lambda shift: (shift.team or "", *_turn(shift)))


def shift_at(
    patterns: Iterable[Pattern],
    team: str | None,
    moment: datetime,
    time_zone: str,
    day_starts_at: time,
) -> Shift | None:
    """The shift of a team that runs at a moment; of two, the one that began last."""
    today = business_day(moment, time_zone, day_starts_at)
    own = [pattern for pattern in patterns if pattern.team == team]
    running = [
        shift
        for day in (today - ONE_DAY, today)
        for shift in shifts_of_day(own, day, time_zone, day_starts_at)
        if shift.runs_at(moment)
    ]
    return max(running, key=_turn, default=None)


def next_shift(
    patterns: Iterable[Pattern], shift: Shift, time_zone: str, day_starts_at: time
) -> Shift | None:
    """The shift of the same team that begins next; None: none within a week."""
    days = (shift.day + ONE_DAY * ahead for ahead in range(REACH))
    return next(
        (
            other
            for own in _days_of_team(patterns, shift, days, time_zone, day_starts_at)
            for other in own
            if _turn(other) > _turn(shift)
        ),
        None,
    )


def previous_shift(
    patterns: Iterable[Pattern], shift: Shift, time_zone: str, day_starts_at: time
) -> Shift | None:
    """The shift of the same team that began before; None: none within a week."""
    days = (shift.day - ONE_DAY * back for back in range(REACH))
    return next(
        (
            other
            for own in _days_of_team(patterns, shift, days, time_zone, day_starts_at)
            for other in reversed(own)
            if _turn(other) < _turn(shift)
        ),
        None,
    )


def shifts_before(
    patterns: Iterable[Pattern], shift: Shift, time_zone: str, day_starts_at: time
) -> list[Shift]:
    """The shift of the same team before, and those that still ran when it began."""
    own = [pattern for pattern in patterns if pattern.team == shift.team]
    previous = previous_shift(own, shift, time_zone, day_starts_at)
    if previous is None:
        return []
    first = previous.day - ONE_DAY
    days = (first + ONE_DAY * n for n in range((shift.day - first).days + 1))
    return [
        other
        for found in _days_of_team(own, shift, days, time_zone, day_starts_at)
        for other in found
        if _turn(other) < _turn(shift) and other.ends_at >= previous.starts_at
    ]


def is_on(pattern: Pattern, day: date) -> bool:
    ended = pattern.last_day is not None and day > pattern.last_day
    return pattern.first_day <= day and not ended and day.weekday() in pattern.weekdays


def shift_id(team: str | None, code: str, day: date) -> str:
    return f"{series(team, code)}.{day:%Y%m%d}"


def series(team: str | None, code: str) -> str:
    """What the ids of all shifts of a pattern begin with: two may not share it."""
    return f"{team}-{code}" if team else code


def day_in(shift_id: str) -> date | None:
    """The business day a shift id names; None when it is no shift id."""
    _series, dot, text = shift_id.rpartition(".")
    if not dot or len(text) != 8 or not (text.isascii() and text.isdecimal()):
        return None
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if date.min.year < day.year < date.max.year else None


def _shift(pattern: Pattern, day: date, time_zone: str, day_starts_at: time) -> Shift:
    def at(clock: time, on: date) -> datetime:
        return moment_on(on, f"{clock:%H:%M}", time_zone, day_starts_at)

    into_next = not _is_before(pattern.starts_at, pattern.ends_at, day_starts_at)
    starts_at = at(pattern.starts_at, day)
    ends_at = at(pattern.ends_at, day + ONE_DAY if into_next else day)
    return Shift(
        id=shift_id(pattern.team, pattern.code, day),
        code=pattern.code,
        name=pattern.name,
        team=pattern.team,
        day=day,
        starts_at=starts_at,
        # Only one within the hour that a clock skips in spring would end before.
        ends_at=max(starts_at, ends_at),
        pattern_id=pattern.id,
    )


def _is_before(first: time, second: time, day_starts_at: time) -> bool:
    """Whether the clock shows ``first`` before ``second`` within a business day."""
    return (first < day_starts_at, first) < (second < day_starts_at, second)


def _turn(shift: Shift) -> tuple[datetime, str]:
    """By what the shifts of a team follow one another."""
    return shift.starts_at, shift.code


def _days_of_team(
    patterns: Iterable[Pattern],
    shift: Shift,
    days: Iterable[date],
    time_zone: str,
    day_starts_at: time,
) -> Iterator[list[Shift]]:
    own = [pattern for pattern in patterns if pattern.team == shift.team]
    for day in days:
        yield shifts_of_day(own, day, time_zone, day_starts_at)


# -- People ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a roster."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of a shift's roster."""

    person: Person
    is_lead: bool = False
    absent_reason: str | None = None  # None: is there
    replaced_by: Person | None = None

    @property
    def is_absent(self) -> bool:
        return self.absent_reason is not None


def double_duties(
    shifts: Sequence[Shift], rosters: Mapping[str, Sequence[Duty]]
) -> dict[tuple[str, int], Shift]:
    """Whoever is there on two shifts at once: (shift id, person id) → the other one."""
    of_person: dict[int, list[Shift]] = {}
    for shift in shifts:
        for person in present(rosters[shift.id]):
            of_person.setdefault(person.id, []).append(shift)
    return {
        (shift.id, person_id): other
        for person_id, own in of_person.items()
        for shift in own
        for other in own
        if other is not shift and shift.overlaps(other)
    }


def present(duties: Sequence[Duty]) -> list[Person]:
    """Who is there: everybody rostered, and in place of the absent who stands in."""
    there = [duty.person for duty in duties if not duty.is_absent]
    there += [duty.replaced_by for duty in duties if duty.replaced_by]
    return list(dict.fromkeys(there))


def lead_of(duties: Sequence[Duty]) -> Person | None:
    """Who leads the shift; while the lead is absent, whoever stands in for them."""
    lead = next((duty for duty in duties if duty.is_lead), None)
    if lead is None:
        return None
    return lead.replaced_by if lead.is_absent else lead.person
