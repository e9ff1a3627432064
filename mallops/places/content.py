"""What a mall's files say: places, teams, hours and plans in TOML, units in CSV.

docs/places.md describes both files; mallops/demo/ has two examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Literal

import msgspec

from mallops.places.models import UNIT_STATES
from mallops.places.rules import clock
from mallops.privacy.terms import Terms

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLACES = ("floors", "zones", "restrooms")
SORTS = (*PLACES, "restaurants", *UNIT_STATES)

_DAY, _AT = f"({'|'.join(WEEKDAYS)})", "([01][0-9]|2[0-3]):[0-5][0-9]"
A_DAY_OR_MORE = f"^{_DAY}(-{_DAY})?$"
FROM_TO = f"^{_AT}-{_AT}$"
Code = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
MallCode = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
FloorCode = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,9}$")]
ClockTime = Annotated[str, msgspec.Meta(pattern=f"^{_AT}$")]
Days = Annotated[str, msgspec.Meta(pattern=A_DAY_OR_MORE)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=24 * 60)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A closed set of keys: a misspelt one is refused, not ignored."""


class Named(
    Part, frozen=True, kw_only=True, rename={"hans": "zh-Hans", "hant": "zh-Hant"}
):
    """Something with a name; in a language that is not given, the English one."""

    en: Annotated[str, msgspec.Meta(min_length=1)]
    hans: str | None = None
    hant: str | None = None

    @property
    def words(self) -> dict[str, str]:
        return {
            "en": self.en,
            "zh-Hans": self.hans or self.en,
            "zh-Hant": self.hant or self.hans or self.en,
        }


class Coded(Named, frozen=True, kw_only=True):
    code: Code


class Floor(Coded, frozen=True, kw_only=True):
    code: FloorCode


class Zone(Coded, frozen=True, kw_only=True):
    floor: str


class Restroom(Coded, frozen=True, kw_only=True):
    zone: str


class Employer(Coded, frozen=True, kw_only=True):
    contractor: bool = False


class Crew(Coded, frozen=True, kw_only=True):
    """A team, and the organisation that employs it."""

    organisation: str


class ShiftRow(Coded, frozen=True, kw_only=True):
    """When a team works, without one operations itself; see ShiftPattern."""

    starts: ClockTime
    ends: ClockTime  # not after the start: on the next day
    team: str | None = None
    weekdays: Days = "mon-sun"
    people: list[str] = []  # of the demo: who is on it each day, the first leads


class AssetRow(Coded, frozen=True, kw_only=True):
    """What a shift counts and hands on; see Asset."""

    expected: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    team: str | None = None


class Person(Part, frozen=True):
    """An account of the demo; those of a real mall come from ``mallops user add``."""

    username: str
    name: str
    role: str
    team: str | None = None
    language: str | None = None


class Season(Part, frozen=True, rename={"since": "from"}):
    since: Annotated[str, msgspec.Meta(pattern="^[0-1][0-9]-[0-3][0-9]$")]
    at: ClockTime


class OtherHours(
    Named,
    frozen=True,
    kw_only=True,
    rename={"hans": "zh-Hans", "hant": "zh-Hant", "first_day": "from", "until": "to"},
):
    """Hours out of the usual from one day to another: a holiday, a season.

    Of those who keep ``of``, a key of the hours, or of the tenant of ``unit``; without
    either of the whole mall.
    """

    first_day: date
    until: date | None = None
    weekdays: Days = "mon-sun"
    closed: bool = False
    opens: ClockTime | None = None
    closes: ClockTime | None = None
    of: str | None = None
    unit: str | None = None

    @property
    def last_day(self) -> date:
        return self.until or self.first_day


class Facts(Part, frozen=True):
    """The settings of a mall."""

    photo_line: bool = False
    # The numbers of the ladder of late shops (mallops/doors/rules.py).
    doors: dict[str, int] = {}
    # Before a round: a reminder to read the handover, or no round until it is read.
    handover_reading: Literal["remind", "lock"] = "remind"
    plan_times: dict[str, ClockTime | list[Season]] = {}
    # Roles that sign in with a second factor (mallops/factors/).
    second_factor: list[str] = []
    # By severity: step → whom it tells (mallops/inbox/ladder.py).
    escalation: dict[str, dict[str, list[str]]] = {}


class Plan(Part, frozen=True):
    """Which checklist is walked where, when and by whom; see RoundPlan."""

    code: Code
    checklist: str
    where: str | list[str]  # a sort of spot, or codes and unit numbers
    starts: Annotated[list[ClockTime], msgspec.Meta(min_length=1)]
    duration_minutes: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]
    role: str | None = None
    team: str | None = None
    weekdays: Days = "mon-sun"
    hours: list[str] | None = None
    tolerance_minutes: Minutes = 10
    grace_minutes: Minutes = 15


class About(Part, frozen=True):
    """The TOML file."""

    code: MallCode
    name: Named
    time_zone: str
    day_starts_at: time
    units: str  # name of the CSV file beside it
    floors: list[Floor]
    zones: list[Zone]
    # Checked in files.py: msgspec 0.22 frees a pattern in such a union twice.
    hours: dict[str, str | dict[str, str]]  # "10:00-22:00", or that by weekdays
    plans: list[Plan]
    restrooms: list[Restroom] = []
    organisations: list[Employer] = []
    teams: list[Crew] = []
    shifts: list[ShiftRow] = []
    assets: list[AssetRow] = []
    people: list[Person] = []
    settings: Facts = Facts()
    exceptions: list[OtherHours] = []
    retention: Terms | None = None  # for ``mallops retention load``


class UnitRow(Part, frozen=True, rename={"hans": "zh-Hans", "hant": "zh-Hant"}):
    """One line of the CSV file: a unit and, if it has a category, its tenant."""

    no: Code
    zone: str
    kind: str
    state: str
    category: str | None = None
    hours: str = "mall"
    opens_in_days: int | None = None  # of a shop in fit-out, from the day of loading
    opens_on: date | None = None
    since: date | None = None  # first day of the tenancy; None: the day of loading
    en: str = ""
    hans: str = ""
    hant: str = ""

    @property
    def words(self) -> dict[str, str]:
        return Named(en=self.en, hans=self.hans, hant=self.hant).words


@dataclass(frozen=True)
class Content:
    """One mall: its TOML file, and the units in the CSV file it names."""

    about: About
    units: list[UnitRow]


def weekdays(days: str) -> list[int]:
    """``"mon"`` or ``"fri-sun"`` as weekdays, 0 for Monday."""
    first, _, last = days.partition("-")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return sorted((start + ahead) % 7 for ahead in range((end - start) % 7 + 1))


def week(hours: str | dict[str, str]) -> Iterator[tuple[int, time, time]]:
    """Weekday, opening and closing, for each day with trading hours."""
    by_days = {"mon-sun": hours} if isinstance(hours, str) else hours
    for days, text in by_days.items():
        opens, _, closes = text.partition("-")
        for weekday in weekdays(days):
            yield weekday, clock(opens), clock(closes)


def spots_of(content: Content, plan: Plan) -> list[str]:
    """Codes of all spots of a plan; its ``hours`` keep units with such hours."""
    if not isinstance(plan.where, str):
        return plan.where
    if plan.where in PLACES:
        return [place.code for place in getattr(content.about, plan.where)]
    return [
        unit.no
        for unit in content.units
        if _is_of(unit, plan.where) and (plan.hours is None or unit.hours in plan.hours)
    ]


def _is_of(unit: UnitRow, sort: str) -> bool:
    if sort == "restaurants":
        return unit.category == "restaurant" and unit.state == "trading"
    return unit.state == sort
