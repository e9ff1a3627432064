"""Saying when teams work, and who is on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.db import db
from mallops.errors import Refused
from mallops.people import queries as people
from mallops.people.models import Team
from mallops.places import content
from mallops.places.content import ShiftRow
from mallops.places.rules import clock
from mallops.shifts.models import RosterChange, ShiftDuty, ShiftPattern

ONE_DAY = timedelta(days=1)


def set_patterns(mall_id: int, rows: Iterable[ShiftRow], today: date) -> None:
    """Let the shifts be these from ``today`` on; days before stay as they were.

    Who was rostered from today on is on the shift of the same team and code. Flushes.

    Raises:
        Refused: ``unknown_team``, the mall has no such team.
    """
    running = _running(mall_id, today)
    for row in rows:
        team_id = _team(mall_id, row.team).id if row.team else None
        before = running.pop((team_id, row.code), None)
        _begin(_pattern(mall_id, team_id, row, today), before, today)
    for pattern in running.values():
        pattern.last_day = today - ONE_DAY
    db.session.flush()


def _team(mall_id: int, code: str) -> Team:
    team = people.find_team(mall_id, code)
    if team is None:
        text = _("There is no team %(team)s in this mall.", team=code)
        raise Refused("unknown_team", text)
    return team


def _running(mall_id: int, today: date) -> dict[tuple[int | None, str], ShiftPattern]:
    """The patterns that did not end before today, or began only then."""
    found = db.session.scalars(
        sa.select(ShiftPattern)
        .where(
            ShiftPattern.mall_id == mall_id,
            ShiftPattern.last_day.is_(None) | (ShiftPattern.first_day >= today),
        )
        .order_by(ShiftPattern.first_day)
    )
    return {(pattern.team_id, pattern.code): pattern for pattern in found}


def _pattern(
    mall_id: int, team_id: int | None, row: ShiftRow, today: date
) -> ShiftPattern:
    return ShiftPattern(
        mall_id=mall_id,
        team_id=team_id,
        code=row.code,
        name=row.words,
        starts_at=clock(row.starts),
        ends_at=clock(row.ends),
        weekdays=content.weekdays(row.weekdays),
        first_day=today,
    )


SAID = ("name", "starts_at", "ends_at", "weekdays", "last_day")


def _begin(new: ShiftPattern, before: ShiftPattern | None, today: date) -> None:
    """The new pattern in place of the one before, unless they say the same."""
    if before is None:
        db.session.add(new)
    elif before.first_day >= today:  # no day of it is over yet
        for name in SAID:
            setattr(before, name, getattr(new, name))
    elif any(getattr(before, name) != getattr(new, name) for name in SAID):
        before.last_day = today - ONE_DAY
        db.session.add(new)
        db.session.flush()
        _move_duties(before, new, today)


def _move_duties(before: ShiftPattern, new: ShiftPattern, today: date) -> None:
    for model in (ShiftDuty, RosterChange):
        db.session.execute(
            sa.update(model)
            .where(model.pattern_id == before.id, model.day >= today)
            .values(pattern_id=new.id)
        )
