"""What the page of a week shows, put together once for page and fragment."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from mallops.people.models import Membership, Team, User
from mallops.places.models import Mall
from mallops.places.rules import business_day
from mallops.shifts import queries, rules
from mallops.shifts.models import RosterChange
from mallops.shifts.rules import Duty, Person, Shift

ONE_DAY = timedelta(days=1)
YEARS = 5  # a roster is looked up so far back, and planned so far ahead


@dataclass
class Typed:
    """What was sent from the form of a shift and refused."""

    shift_id: str
    refusal: str
    user_id: int | None = None  # whose absence; None: adding somebody
    reason: str = ""
    chosen: str = ""


@dataclass(frozen=True)
class OnDuty:
    """A team's shift that runs now."""

    shift: Shift
    team_name: dict[str, str] | None  # None: operations
    people: list[Person]
    lead: Person | None


def on_duty(mall: Mall, now: datetime) -> list[OnDuty]:
    """Who is on duty now, operations first, then team by team."""
    shifts = queries.current_shifts(mall, now)
    rosters = queries.people_on_all(shifts)
    of_teams = any(shift.team for shift in shifts)
    teams = queries.teams_with_shifts(mall) if of_teams else []
    names = {team.code: team.name for team in teams}
    return [
        OnDuty(
            shift,
            names.get(shift.team or ""),
            rules.present(rosters[shift.id]),
            rules.lead_of(rosters[shift.id]),
        )
        for shift in shifts
    ]


def read_week(text: str, today: date) -> date | None:
    """The Monday of a week written ``2026-W47``, or of the week of a date."""
    try:
        named = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text)
        if named:
            monday = date.fromisocalendar(int(named[1]), int(named[2]), 1)
        elif re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            day = date.fromisoformat(text)
            monday = day - ONE_DAY * day.weekday()
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return monday if abs(monday.year - today.year) <= YEARS else None


def week_of(day: date) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year:04}-W{week:02}"


class Week:
    """A week's roster of one team; ``open_id``: the shift that is being changed."""

    def __init__(
        self,
        mall: Mall,
        member: Membership,
        monday: date,
        team: str | None,
        now: datetime,
    ) -> None:
        self.mall, self.monday, self.now = mall, monday, now
        self.member = member
        self.team = team
        self.open_id = ""
        self.typed: Typed | None = None

    @property
    def name(self) -> str:
        return week_of(self.monday)

    @property
    def last_day(self) -> date:
        return self.monday + 6 * ONE_DAY

    @property
    def today(self) -> date:
        return business_day(self.now, self.mall.time_zone, self.mall.day_starts_at)

    def other(self, weeks: int) -> str:
        return week_of(self.monday + 7 * ONE_DAY * weeks)

    @cached_property
    def teams(self) -> list[Team]:
        """The teams that have shifts, beside operations."""
        return queries.teams_with_shifts(self.mall)

    @cached_property
    def _around(self) -> dict[date, list[Shift]]:
        """All teams' shifts, a day more on both sides: nights reach over midnight."""
        days = [self.monday + ONE_DAY * n for n in range(-1, 8)]
        return queries.shifts_of_days(self.mall, days)

    @cached_property
    def rosters(self) -> dict[str, list[Duty]]:
        every = [shift for shifts in self._around.values() for shift in shifts]
        return queries.people_on_all(every)

    @cached_property
    def days(self) -> list[tuple[date, list[Shift]]]:
        days = [self.monday + ONE_DAY * n for n in range(7)]
        return [
            (day, [shift for shift in self._around[day] if shift.team == self.team])
            for day in days
        ]

    @cached_property
    def doubled(self) -> Mapping[tuple[str, int], Shift]:
        """Whoever is on two shifts at once: (shift, person) → the other shift."""
        every = [shift for shifts in self._around.values() for shift in shifts]
        return rules.double_duties(every, self.rosters)

    @cached_property
    def members(self) -> list[User]:
        return queries.who_may_be_on(self.mall, self.team, self.now)

    def left(self, shift: Shift) -> list[User]:
        """Who may still be added."""
        on = {duty.person.id for duty in self.rosters[shift.id]}
        return [user for user in self.members if user.id not in on]

    def changes(self, shift: Shift) -> Collection[RosterChange]:
        return queries.roster_changes(shift)

    def runs(self, shift: Shift) -> bool:
        return shift.runs_at(self.now)

    @cached_property
    def on_duty(self) -> list[OnDuty]:
        return on_duty(self.mall, self.now)
