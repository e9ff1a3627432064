"""Who of the demo's people is on duty: last week and this one, the next is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from mallops.people.models import Team, User
from mallops.places.content import Content
from mallops.places.models import Mall
from mallops.places.rules import business_day
from mallops.shifts.models import ShiftDuty, ShiftPattern

ONE_DAY = timedelta(days=1)


def add_roster(
    session: Session | scoped_session[Any], content: Content, mall: Mall, now: datetime
) -> None:
    """Everybody on their shift on each of its days, from last Monday to this Sunday."""
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    monday = today - ONE_DAY * today.weekday()
    users = {user.username: user.id for user in session.scalars(sa.select(User))}
    of_mall = sa.select(Team).where(Team.mall_id == mall.id)
    teams = {team.id: team.code for team in session.scalars(of_mall)}
    rostered = {(row.team, row.code): row.people for row in content.about.shifts}
    patterns = sa.select(ShiftPattern).where(ShiftPattern.mall_id == mall.id)
    for pattern in session.scalars(patterns):
        pattern.first_day = monday - 7 * ONE_DAY
        team = teams[pattern.team_id] if pattern.team_id else None
        ids = [users[name] for name in rostered[team, pattern.code]]
        session.add_all(_duties(pattern, ids, monday + 6 * ONE_DAY, now))


def _duties(
    pattern: ShiftPattern, user_ids: list[int], last_day: date, now: datetime
) -> Iterator[ShiftDuty]:
    days = (last_day - pattern.first_day).days + 1
    for day in (pattern.first_day + ONE_DAY * ahead for ahead in range(days)):
        if day.weekday() in pattern.weekdays:
            for place, user_id in enumerate(user_ids):
                yield ShiftDuty(
                    pattern_id=pattern.id,
                    day=day,
                    user_id=user_id,
                    is_lead=place == 0,
                    set_at=now,
                )
