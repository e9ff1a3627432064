"""Reads of shifts: which there are, which one runs, who is on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from mallops.db import db, fetch
from mallops.people import queries as people
from mallops.people.models import Membership, Team, User
from mallops.people.rights import FLOOR_STAFF
from mallops.places.models import Mall
from mallops.places.rules import ONE_DAY, business_day
from mallops.shifts import rules
from mallops.shifts.models import RosterChange, ShiftDuty, ShiftPattern
from mallops.shifts.rules import Duty, Pattern, Person, Shift

_PATTERNS = (
    sa.select(*cast(sa.Table, ShiftPattern.__table__).c, Team.code.label("team"))
    .outerjoin(Team, Team.id == ShiftPattern.team_id)
    .where(
        ShiftPattern.mall_id == sa.bindparam("mall_id"),
        ShiftPattern.last_day.is_(None)
        | (ShiftPattern.last_day >= sa.bindparam("since")),
    )
)
_STANDS_IN = aliased(User)
# Built once, plain rows: every phone and every handover asks who is on.
_DUTIES = (
    sa.select(
        *(getattr(ShiftDuty, name) for name in ("pattern_id", "day", "user_id")),
        *(getattr(ShiftDuty, name) for name in ("is_lead", "absent_reason")),
        User.name,
        ShiftDuty.replaced_by_id,
        _STANDS_IN.name.label("stands_in"),
    )
    .join(User, User.id == ShiftDuty.user_id)
    .outerjoin(_STANDS_IN, _STANDS_IN.id == ShiftDuty.replaced_by_id)
    .where(
        ShiftDuty.pattern_id.in_(sa.bindparam("patterns", expanding=True)),
        ShiftDuty.day.between(sa.bindparam("first"), sa.bindparam("last")),
    )
    .order_by(ShiftDuty.id)
)


@dataclass(frozen=True)
class Beside:
    """A shift, what came before it as ``shifts_before`` says, and the next one."""

    shift: Shift
    before: Sequence[Shift]
    following: Shift | None


def patterns_of(mall: Mall, since: date) -> Sequence[Pattern]:
    """The patterns of a mall that have shifts on a day or later."""
    rows = fetch(_PATTERNS, mall_id=mall.id, since=since)
    return cast(Sequence[Pattern], rows)


def shifts_of_day(mall: Mall, day: date) -> list[Shift]:
    """The shifts that start on a business day: operations first, then team by team."""
    return shifts_of_days(mall, [day])[day]


def shifts_of_days(mall: Mall, days: Collection[date]) -> dict[date, list[Shift]]:
    """The same for several days at once."""
    patterns = patterns_of(mall, min(days))
    clock = mall.time_zone, mall.day_starts_at
    return {day: rules.shifts_of_day(patterns, day, *clock) for day in days}


def find_shift(mall: Mall, shift_id: str) -> Shift | None:
    day = rules.day_in(shift_id)
    shifts = shifts_of_day(mall, day) if day else []
    return next((shift for shift in shifts if shift.id == shift_id), None)


def current_shift(mall: Mall, team_id: int | None, now: datetime) -> Shift | None:
    """The shift of a team (None: of operations) that runs now."""
    code = db.session.get_one(Team, team_id).code if team_id else None
    patterns = patterns_of(mall, _today(mall, now) - ONE_DAY)
    return rules.shift_at(patterns, code, now, mall.time_zone, mall.day_starts_at)


def current_shifts(mall: Mall, now: datetime) -> list[Shift]:
    """What runs now, operations first, then team by team."""
    patterns = patterns_of(mall, _today(mall, now) - ONE_DAY)
    clock = mall.time_zone, mall.day_starts_at
    teams = sorted({pattern.team or "" for pattern in patterns})
    found = (rules.shift_at(patterns, team or None, now, *clock) for team in teams)
    return [shift for shift in found if shift]


def next_shift(mall: Mall, shift: Shift) -> Shift | None:
    """The shift of the same team that begins next; None: none within a week."""
    patterns = patterns_of(mall, shift.day)
    return rules.next_shift(patterns, shift, mall.time_zone, mall.day_starts_at)


def previous_shift(mall: Mall, shift: Shift) -> Shift | None:
    """The shift of the same team that began before; None: none within a week."""
    patterns = patterns_of(mall, _long_before(shift.day))
    return rules.previous_shift(patterns, shift, mall.time_zone, mall.day_starts_at)


def find_beside(mall: Mall, shift_id: str) -> Beside | None:
    """A shift with those beside it; None: there is no such shift."""
    day = rules.day_in(shift_id)
    if day is None:
        return None
    patterns = patterns_of(mall, _long_before(day))
    found = rules.shifts_of_day(patterns, day, mall.time_zone, mall.day_starts_at)
    shift = next((shift for shift in found if shift.id == shift_id), None)
    return _beside(mall, patterns, shift) if shift else None


def beside(mall: Mall, shift: Shift) -> Beside:
    """A shift with those beside it."""
    return _beside(mall, patterns_of(mall, _long_before(shift.day)), shift)


def _beside(mall: Mall, patterns: Sequence[Pattern], shift: Shift) -> Beside:
    clock = mall.time_zone, mall.day_starts_at
    before = rules.shifts_before(patterns, shift, *clock)
    return Beside(shift, before, rules.next_shift(patterns, shift, *clock))


def _long_before(day: date) -> date:
    """So long that a team which works on one weekday only had a shift since."""
    return day - ONE_DAY * rules.REACH


def shifts_before(mall: Mall, shifts: Collection[Shift]) -> list[Shift]:
    """Of each team among these shifts: what came before its first one.

    That is the shift before it, and those that still ran when that one began.
    """
    if not shifts:
        return []
    firsts: dict[str | None, Shift] = {}
    for shift in sorted(shifts, key=lambda one: (one.starts_at, one.code)):
        firsts.setdefault(shift.team, shift)
    since = _long_before(min(shift.day for shift in firsts.values()))
    patterns, clock = patterns_of(mall, since), (mall.time_zone, mall.day_starts_at)
    return [
        before
        for shift in firsts.values()
        for before in rules.shifts_before(patterns, shift, *clock)
    ]


def shifts_ahead(
    mall: Mall, team: str | None, now: datetime, until: datetime
) -> list[Shift]:
    """The shifts of a team that run now or begin by then, in their order."""
    days = [_today(mall, now) + ONE_DAY * ahead for ahead in (-1, 0, 1)]
    return [
        shift
        for shifts in shifts_of_days(mall, days).values()
        for shift in shifts
        if shift.team == team and shift.ends_at > now and shift.starts_at <= until
    ]


def people_on(mall: Mall, shift: Shift) -> list[Duty]:
    """The roster of a shift, the lead first; empty: nobody is rostered.

    Who is there of it, and who leads, say ``rules.present`` and ``rules.lead_of``.
    """
    return people_on_all([shift])[shift.id]


def people_on_all(shifts: Iterable[Shift]) -> dict[str, list[Duty]]:
    """The rosters of shifts, by the id of the shift."""
    ids = {(shift.pattern_id, shift.day): shift.id for shift in shifts}
    found: dict[str, list[Duty]] = {id_: [] for id_ in ids.values()}
    for row in _duties({pattern for pattern, _ in ids}, {day for _, day in ids}):
        if (row.pattern_id, row.day) in ids:
            found[ids[row.pattern_id, row.day]].append(_duty(row))
    return found


def who_may_be_on(
    mall: Mall, team: str | None, at: datetime, *, disabled: bool = False
) -> list[User]:
    """A team's people, by name; of operations, its officers and those who lead them.

    ``disabled``: those whose account is disabled too.
    """
    return [
        member.user
        for member in people.roster(mall.id, at)
        if _is_of(member.membership, team)
        and (disabled or member.user.disabled_at is None)
    ]


def _is_of(membership: Membership, team: str | None) -> bool:
    if team is None:
        return membership.team is None and FLOOR_STAFF.allows(membership.role)
    return membership.team is not None and membership.team.code == team


def is_known(mall: Mall, shift: Shift, user_id: int, at: datetime) -> bool:
    """Whether somebody is on a shift, or works in the mall at all."""
    on = {duty.person.id for duty in people_on(mall, shift)}
    return user_id in on | {member.user.id for member in people.roster(mall.id, at)}


def teams_with_shifts(mall: Mall) -> list[Team]:
    rows = sa.select(Team).where(
        Team.id.in_(
            sa.select(ShiftPattern.team_id).where(ShiftPattern.mall_id == mall.id)
        )
    )
    return list(db.session.scalars(rows.order_by(Team.code)))


def roster_changes(shift: Shift) -> list[RosterChange]:
    """What was changed in the roster of a shift, the last change first."""
    rows = (
        sa.select(RosterChange)
        .where(
            RosterChange.pattern_id == shift.pattern_id, RosterChange.day == shift.day
        )
        .options(
            joinedload(RosterChange.user),
            joinedload(RosterChange.replaced_by),
            joinedload(RosterChange.by),
        )
        .order_by(RosterChange.at.desc(), RosterChange.id.desc())
    )
    return list(db.session.scalars(rows))


def _duties(patterns: Collection[int], days: Collection[date]) -> Sequence[Any]:
    if not days:
        return []
    rows = fetch(_DUTIES, patterns=list(patterns), first=min(days), last=max(days))
    return sorted(rows, key=lambda row: (not row.is_lead, row.name))


def _duty(row: Any) -> Duty:
    stands_in = row.replaced_by_id
    return Duty(
        Person(row.user_id, row.name),
        is_lead=row.is_lead,
        absent_reason=row.absent_reason,
        replaced_by=Person(stands_in, row.stands_in) if stands_in else None,
    )


def _today(mall: Mall, now: datetime) -> date:
    return business_day(now, mall.time_zone, mall.day_starts_at)
