"""Holidays and seasons: hours out of the usual, as the mall's files say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from mallops.db import db
from mallops.doors.models import HoursException
from mallops.places import queries as places
from mallops.places.content import Content, OtherHours, weekdays
from mallops.places.models import Mall
from mallops.places.rules import clock


def load(mall: Mall, given: Content, since: date) -> int:
    """Make the mall's exceptions what its files say, from a day on. Flushes.

    Days before keep the hours they were judged by, so ``since`` lies ahead of whatever
    was seen in the mall.

    Returns:
        How many exceptions of the files reach that day.
    """
    _end_before(mall.id, since)
    ahead = [one for one in given.about.exceptions if one.last_day >= since]
    holders = {
        unit.no: tenant.id for unit, tenant in places.units_of(mall.id, since) if tenant
    }
    for one in ahead:
        owners = _owners(one, given, holders)
        db.session.add_all(_row(mall.id, one, since, owner) for owner in owners)
    db.session.flush()
    return len(ahead)


def _end_before(mall_id: int, day: date) -> None:
    of_mall = HoursException.mall_id == mall_id
    db.session.execute(
        sa.delete(HoursException).where(of_mall, HoursException.first_day >= day)
    )
    db.session.execute(
        sa.update(HoursException)
        .where(of_mall, HoursException.last_day >= day)
        .values(last_day=day - timedelta(days=1))
    )


def _owners(
    one: OtherHours, given: Content, holders: Mapping[str, int]
) -> Iterable[int | None]:
    """The tenants it is for; None: the whole mall."""
    if one.of is None and one.unit is None:
        return [None]
    units = [row.no for row in given.units if one.unit == row.no or one.of == row.hours]
    return sorted({holders[no] for no in units if no in holders})


def _row(
    mall_id: int, one: OtherHours, since: date, tenant_id: int | None
) -> HoursException:
    every_day = one.weekdays == "mon-sun"
    return HoursException(
        mall_id=mall_id,
        tenant_id=tenant_id,
        first_day=max(one.first_day, since),
        last_day=one.last_day,
        weekdays=None if every_day else weekdays(one.weekdays),
        closed=one.closed,
        opens_at=clock(one.opens) if one.opens else None,
        closes_at=clock(one.closes) if one.closes else None,
        name=one.words,
    )
