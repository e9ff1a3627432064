"""Reading a mall's two files, and refusing what does not fit together in them."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import msgspec

from mallops.doors.rules import problems_of_terms
from mallops.inbox.ladder import problems_of as problems_of_ladder
from mallops.people.models import ROLES
from mallops.places.content import (
    A_DAY_OR_MORE,
    FROM_TO,
    PLACES,
    SORTS,
    About,
    Content,
    Plan,
    UnitRow,
)
from mallops.places.models import UNIT_KINDS, UNIT_STATES
from mallops.places.rules import TRADE_CATEGORIES
from mallops.shifts.rules import series


class BrokenFile(ValueError):
    """A file that cannot be loaded: which, and everything found wrong with it."""

    def __init__(self, file: str, problems: Collection[str]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))


def read(path: Path) -> Content:
    """Both files of a mall, once nothing is wrong with them.

    Raises:
        BrokenFile: naming the file and all that is wrong (the author's mistake).
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        about = msgspec.convert(data, About)
    except (ValueError, OSError) as error:  # what TOML, UTF-8 and msgspec raise
        raise BrokenFile(path.name, [str(error)]) from None
    content = Content(about, _units(path.parent / about.units))
    problems = list(_problems(content))
    if problems:
        raise BrokenFile(path.name, problems)
    return content


def _units(path: Path) -> list[UnitRow]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenFile(path.name, [str(error)]) from None
    return [
        _unit(row, f"{path.name}, line {number}")
        for number, row in enumerate(csv.DictReader(lines), start=2)
    ]


def _unit(row: dict[Any, Any], where: str) -> UnitRow:
    given = {str(key): value for key, value in row.items() if value}
    try:
        return msgspec.convert(given, UnitRow, strict=False)
    except msgspec.ValidationError as error:
        raise BrokenFile(where, [str(error)]) from None


# -- What does not fit together ---------------------------------------------------


def _problems(content: Content) -> Iterator[str]:
    about = content.about
    if about.time_zone not in available_timezones():
        yield f"unknown time_zone {about.time_zone!r}"
    yield from _problems_of_hours(about)
    yield from _problems_of_exceptions(content)
    for what, codes in _codes(content).items():
        yield from (f"{what} {c!r} is there twice" for c, n in codes.items() if n > 1)
    for what, code, key, value, known in _references(content):
        if value not in known:
            yield f"{what} {code}: unknown {key} {value!r}"
    for unit in content.units:
        if (unit.state == "vacant") == bool(unit.category):
            yield f"unit {unit.no}: a tenant's category, unless vacant"
        if unit.category and not unit.en:
            yield f"unit {unit.no}: its tenant needs a name (en)"
    for plan in about.plans:
        if (plan.role is None) == (plan.team is None):
            yield f"plan {plan.code}: needs either a role or a team"
    yield from problems_of_ladder(about.settings.escalation)
    yield from problems_of_terms(about.settings.doors)


def _problems_of_hours(about: About) -> Iterator[str]:
    if "mall" not in about.hours:
        yield "hours needs the key 'mall', for the mall's own hours"
    for key, hours in about.hours.items():
        by_days = {"mon-sun": hours} if isinstance(hours, str) else hours
        for days, from_to in by_days.items():
            if not re.fullmatch(A_DAY_OR_MORE, days) or not re.fullmatch(
                FROM_TO, from_to
            ):
                yield f"hours {key}: neither days nor hours: {days!r} = {from_to!r}"


def _problems_of_exceptions(content: Content) -> Iterator[str]:
    let = {unit.no for unit in content.units if unit.category}
    for one in content.about.exceptions:
        name = f"exception {one.en!r} of {one.first_day}"
        if one.last_day < one.first_day:
            yield f"{name}: ends before it begins"
        if one.closed == bool(one.opens or one.closes):
            yield f"{name}: either closed, or a time to open or to close"
        if one.opens and one.opens == one.closes:
            yield f"{name}: opens and closes at the same time"
        if one.of and one.unit:
            yield f"{name}: is of a key of hours or of a unit, not of both"
        if one.of and one.of not in content.about.hours:
            yield f"{name}: unknown hours {one.of!r}"
        if one.unit and one.unit not in let:
            yield f"{name}: no unit with a tenant is {one.unit!r}"


def _codes(content: Content) -> dict[str, Counter[str]]:
    about = content.about
    return {
        "place or unit": Counter(_spots(content)),
        "organisation": Counter(one.code for one in about.organisations),
        "team": Counter(one.code for one in about.teams),
        "plan": Counter(one.code for one in about.plans),
        "asset": Counter(one.code for one in about.assets),
        "shift": Counter(series(one.team, one.code) for one in about.shifts),
    }


def _spots(content: Content) -> list[str]:
    places = [p.code for sort in PLACES for p in getattr(content.about, sort)]
    return places + [unit.no for unit in content.units]


Reference = tuple[str, str, str, str, Collection[str]]


def _references(content: Content) -> Iterator[Reference]:
    """What points to what: (what, its code, key, value, known values)."""
    about = content.about
    floors = {one.code for one in about.floors}
    zones = {one.code for one in about.zones}
    employers = {one.code for one in about.organisations}
    yield from (("zone", z.code, "floor", z.floor, floors) for z in about.zones)
    yield from (("restroom", r.code, "zone", r.zone, zones) for r in about.restrooms)
    for team in about.teams:
        yield "team", team.code, "organisation", team.organisation, employers
    for unit in content.units:
        yield "unit", unit.no, "zone", unit.zone, zones
        yield "unit", unit.no, "kind", unit.kind, UNIT_KINDS
        yield "unit", unit.no, "state", unit.state, UNIT_STATES
        yield "unit", unit.no, "hours", unit.hours, about.hours
        if unit.category:
            yield "unit", unit.no, "category", unit.category, TRADE_CATEGORIES
    for role in about.settings.second_factor:
        yield "settings", "second_factor", "role", role, ROLES
    for plan in about.plans:
        yield from _references_of(plan, content)
    yield from _references_of_shifts(about)
    teams = {team.code for team in about.teams}
    for asset in about.assets:
        if asset.team is not None:
            yield "asset", asset.code, "team", asset.team, teams


def _references_of_shifts(about: About) -> Iterator[Reference]:
    teams = {team.code for team in about.teams}
    people = {person.username for person in about.people}
    for shift in about.shifts:
        if shift.team is not None:
            yield "shift", shift.code, "team", shift.team, teams
        yield from (("shift", shift.code, "people", p, people) for p in shift.people)


def _references_of(plan: Plan, content: Content) -> Iterator[Reference]:
    spots = set(_spots(content))
    if isinstance(plan.where, str):
        yield "plan", plan.code, "where", plan.where, SORTS
    else:
        yield from (("plan", plan.code, "where", c, spots) for c in plan.where)
    for key in plan.hours or ():
        yield "plan", plan.code, "hours", key, content.about.hours
    if plan.role:
        yield "plan", plan.code, "role", plan.role, ROLES
    if plan.team:
        teams = {team.code for team in content.about.teams}
        yield "plan", plan.code, "team", plan.team, teams
