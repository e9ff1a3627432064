"""Which rounds a plan makes on a day, and how one stands (pure; design: decisions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol

from mallops.places.rules import moment_on

State = Literal["due", "done", "late", "missed", "unknown"]

# A phone silent for longer than a shift before the window is not on duty for it.
SHIFT = timedelta(hours=12)


class Plan(Protocol):
    """The columns of a RoundPlan that its rounds follow from."""

    code: str
    checklist: str
    places: list[str]
    starts: list[str]
    weekdays: list[int]
    role: str | None
    team: str | None
    duration_minutes: int
    tolerance_minutes: int
    grace_minutes: int
    valid_from: date
    valid_to: date | None


class Window(Protocol):
    """Between which moments a round is walked. All in UTC."""

    @property
    def opens_at(self) -> datetime: ...  # may be started from here
    @property
    def late_after(self) -> datetime: ...  # must have been started by here
    @property
    def closes_at(self) -> datetime: ...  # must have been finished by here


@dataclass(frozen=True, slots=True)
class Round:
    """One planned walk of one checklist at one spot. All moments in UTC."""

    id: str
    checklist: str
    place: str
    day: date
    role: str | None
    team: str | None
    starts_at: datetime
    opens_at: datetime
    late_after: datetime
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Start:
    """A planned start on a day: at each place of its plan it is one round.

    A day has ten times as many rounds as starts, so a page counts with these and makes
    a Round only of what it shows.
    """

    plan: str  # code
    checklist: str
    places: Sequence[str]
    day: date
    role: str | None
    team: str | None
    start: str
    starts_at: datetime
    opens_at: datetime
    late_after: datetime
    due_at: datetime
    closes_at: datetime

    def ids(self) -> dict[str, str]:
        """The ids of its rounds, by place."""
        end = _id_end(self.day, self.start)
        return {place: f"{self.plan}.{place}{end}" for place in self.places}

    def round_at(self, place: str, id_: str) -> Round:
        return Round(
            id_,
            self.checklist,
            place,
            self.day,
            self.role,
            self.team,
            self.starts_at,
            self.opens_at,
            self.late_after,
            self.due_at,
            self.closes_at,
        )


@dataclass(frozen=True, slots=True)
class Walk:
    """When a round was walked, by the corrected clock of the phone."""

    started_at: datetime
    finished_at: datetime


def starts_of(
    plan: Plan, day: date, time_zone: str, day_starts_at: time
) -> Iterator[Start]:
    """The starts a plan has on one business day of the mall, in its own order."""
    if not is_on(plan, day):
        return
    said = (plan.code, plan.checklist, plan.places, day, plan.role, plan.team)
    for start in plan.starts:
        starts_at = moment_on(day, start, time_zone, day_starts_at)
        yield Start(*said, start, *_window(plan, starts_at))


def is_on(plan: Plan, day: date) -> bool:
    began = plan.valid_from <= day
    ended = plan.valid_to is not None and day > plan.valid_to
    return began and not ended and day.weekday() in plan.weekdays


def _window(plan: Plan, starts_at: datetime) -> tuple[datetime, ...]:
    tolerance = timedelta(minutes=plan.tolerance_minutes)
    due_at = starts_at + timedelta(minutes=plan.duration_minutes)
    closes_at = due_at + timedelta(minutes=plan.grace_minutes)
    return starts_at, starts_at - tolerance, starts_at + tolerance, due_at, closes_at


def round_id(plan_code: str, place: str, day: date, start: str) -> str:
    """Made the same way on every server and phone: nothing has to be stored."""
    return f"{plan_code}.{place}{_id_end(day, start)}"


def _id_end(day: date, start: str) -> str:
    return f".{day:%Y%m%d}.{start.replace(':', '')}"


def plan_in(round_id: str) -> str:
    """The code of the plan a round id names."""
    return round_id.partition(".")[0]


def day_in(round_id: str) -> date | None:
    """The business day a round id names; None when it is no round id."""
    parts = round_id.split(".")
    if len(parts) != 4 or len(parts[2]) != 8 or not parts[2].isdecimal():
        return None
    year, month, number = int(parts[2][:4]), int(parts[2][4:6]), int(parts[2][6:])
    try:
        return date(year, month, number)
    except ValueError:
        return None


def is_late(round_: Round, walk: Walk) -> bool:
    """Late: not started by planned start + tolerance, or finished after its window."""
    started_late = walk.started_at > round_.late_after
    return started_late or walk.finished_at > round_.closes_at


def is_early(round_: Round, walk: Walk) -> bool:
    """Early: over before its window opened. It counts, and a supervisor sees it."""
    return walk.finished_at < round_.opens_at


def state_of(
    window: Window, late: bool | None, contacts: Sequence[datetime], now: datetime
) -> State:
    """How a round stands at ``now``; ``late``: how it was walked, None when nobody has.

    ``contacts`` are the last contacts of the phones that could have walked it.
    Missed is said only when each of those on duty was heard of since the window
    opened: a phone in the basement may hold the round, done in time.
    """
    if late is not None:
        return "late" if late else "done"
    if now <= window.late_after:
        return "due"
    if now <= window.closes_at:
        return "late"
    on_duty = [at for at in contacts if at >= window.opens_at - SHIFT]
    heard_of = bool(on_duty) and min(on_duty) >= window.opens_at
    return "missed" if heard_of else "unknown"
