"""Changing the roster: who is on a shift, who leads, who is absent and replaced.

Each change is kept with who made it and when (RosterChange).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.db import db
from mallops.errors import Refused
from mallops.people.models import User
from mallops.places.models import Mall
from mallops.shifts import queries
from mallops.shifts.models import RosterChange, ShiftDuty, ShiftPattern
from mallops.shifts.rules import Shift

ONE_WEEK = timedelta(days=7)
MOST_REASON = 200


@dataclass(frozen=True)
class Desk:
    """Who changes the roster of which mall, and when."""

    mall: Mall
    by: User
    now: datetime


@dataclass(frozen=True)
class Copied:
    """What copying a week did."""

    people: int  # so many lines were copied
    kept: int  # shifts that had people already and were left as they are
    left_out: list[str]  # people who are not here any more


def add(desk: Desk, shift: Shift, user_id: int | None) -> None:
    """Put somebody on a shift.

    Raises:
        Refused: ``not_here``, ``disabled``, ``already_on``.
    """
    duties = _locked(shift)
    person = _who_may(desk, shift, user_id)
    if person.id in duties:
        text = _("%(name)s is on this shift already.", name=person.name)
        raise Refused("already_on", text)
    _put(desk, shift, person)
    db.session.flush()


def remove(desk: Desk, shift: Shift, user_id: int) -> None:
    """Take somebody off a shift; a slip of planning, not an absence."""
    duty = _duty(shift, user_id)
    _note(desk, shift, duty.user_id, "removed")
    db.session.delete(duty)
    db.session.flush()


def lead(desk: Desk, shift: Shift, user_id: int) -> None:
    """Let somebody lead the shift, in place of whoever did."""
    chosen = _duty(shift, user_id)
    for duty in _locked(shift).values():
        if duty.is_lead and duty is not chosen:
            _set(desk, duty, is_lead=False)
            _note(desk, shift, duty.user_id, "leads_not")
    if not chosen.is_lead:
        _set(desk, chosen, is_lead=True)
        _note(desk, shift, chosen.user_id, "leads")
    db.session.flush()


def mark_absent(
    desk: Desk, shift: Shift, user_id: int, reason: str, replaced_by_id: int | None
) -> None:
    """Say that somebody on the roster is not there, why, and who stands in, if anybody.

    Raises:
        Refused: ``not_on``, ``no_reason``, ``too_long``, ``not_here``, ``disabled``,
            ``own_replacement``.
    """
    duty = _duty(shift, user_id)
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise Refused("no_reason", _("Say why, in a few words."))
    if len(reason) > MOST_REASON:
        text = _("Keep it within %(count)s characters.", count=MOST_REASON)
        raise Refused("too_long", text)
    if replaced_by_id == user_id:
        text = _("Somebody else has to stand in.")
        raise Refused("own_replacement", text)
    if replaced_by_id is not None:
        _who_may(desk, shift, replaced_by_id)
    _set(desk, duty, absent_reason=reason, replaced_by_id=replaced_by_id)
    _note(desk, shift, user_id, "absent", reason, replaced_by_id)
    db.session.flush()


def mark_back(desk: Desk, shift: Shift, user_id: int) -> None:
    """Say that somebody is there after all."""
    duty = _duty(shift, user_id)
    if duty.absent_reason is not None:
        _set(desk, duty, absent_reason=None, replaced_by_id=None)
        _note(desk, shift, user_id, "back")
    db.session.flush()


# -- A week -------------------------------------------------------------------------


def copy_week(desk: Desk, monday: date, team: str | None) -> Copied:
    """The roster of the week before, for each shift that has nobody yet.

    Who was absent then is on again: an absence is of its day. Nothing is overwritten.
    """
    days = [monday + timedelta(days=n) for n in range(7)]
    before = {
        (s.day + ONE_WEEK, s.code): s
        for s in _of_team(desk.mall, [day - ONE_WEEK for day in days], team)
    }
    then = queries.people_on_all(before.values())
    here = queries.who_may_be_on(desk.mall, team, desk.now)
    members = {user.id: user for user in here}
    people, kept = 0, 0
    left_out: set[str] = set()
    for shift in _of_team(desk.mall, days, team):
        source = before.get((shift.day, shift.code))
        lines = then[source.id] if source else []
        if lines and _locked(shift):
            kept += 1
            continue
        for line in lines:
            if line.person.id not in members:
                left_out.add(line.person.name)
                continue
            _put(desk, shift, members[line.person.id], is_lead=line.is_lead)
            people += 1
    db.session.flush()
    return Copied(people, kept, sorted(left_out))


def _of_team(mall: Mall, days: list[date], team: str | None) -> list[Shift]:
    found = queries.shifts_of_days(mall, days).values()
    return [shift for shifts in found for shift in shifts if shift.team == team]


# -- Lines --------------------------------------------------------------------------


def _locked(shift: Shift) -> Mapping[int, ShiftDuty]:
    """The lines of a shift by person; nobody else changes them meanwhile."""
    db.session.get_one(ShiftPattern, shift.pattern_id, with_for_update=True)
    rows = sa.select(ShiftDuty).where(
        ShiftDuty.pattern_id == shift.pattern_id, ShiftDuty.day == shift.day
    )
    return {duty.user_id: duty for duty in db.session.scalars(rows)}


def _duty(shift: Shift, user_id: int) -> ShiftDuty:
    duty = _locked(shift).get(user_id)
    if duty is None:
        text = _("This person is not on the shift any more.")
        raise Refused("not_on", text)
    return duty


def _who_may(desk: Desk, shift: Shift, user_id: int | None) -> User:
    found = queries.who_may_be_on(desk.mall, shift.team, desk.now, disabled=True)
    person = next((user for user in found if user.id == user_id), None)
    if person is None:
        raise Refused("not_here", _("Choose somebody who works in this team here."))
    if person.disabled_at is not None:
        text = _("%(name)s's account is disabled.", name=person.name)
        raise Refused("disabled", text)
    return person


def _put(desk: Desk, shift: Shift, person: User, *, is_lead: bool = False) -> None:
    db.session.add(
        ShiftDuty(
            pattern_id=shift.pattern_id,
            day=shift.day,
            user_id=person.id,
            is_lead=is_lead,
            set_by_id=desk.by.id,
            set_at=desk.now,
        )
    )
    _note(desk, shift, person.id, "added")
    if is_lead:
        _note(desk, shift, person.id, "leads")


def _set(desk: Desk, duty: ShiftDuty, **values: object) -> None:
    for name, value in values.items():
        setattr(duty, name, value)
    duty.set_by_id, duty.set_at = desk.by.id, desk.now


def _note(
    desk: Desk,
    shift: Shift,
    user_id: int,
    what: str,
    reason: str | None = None,
    replaced_by_id: int | None = None,
) -> None:
    db.session.add(
        RosterChange(
            pattern_id=shift.pattern_id,
            day=shift.day,
            user_id=user_id,
            what=what,
            reason=reason,
            replaced_by_id=replaced_by_id,
            by_id=desk.by.id,
            at=desk.now,
        )
    )


# What a button does to a line without asking anything.
AT_ONCE: dict[str, Callable[[Desk, Shift, int], None]] = {
    "removal": remove,
    "lead": lead,
    "return": mark_back,
}
