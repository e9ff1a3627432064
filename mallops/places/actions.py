"""Opening a mall, and giving it its places, units, teams and plans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import available_timezones

import msgspec
import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.checklists.actions import publish_library
from mallops.checklists.queries import titles
from mallops.db import db
from mallops.doors import holidays
from mallops.doors.models import HoursException
from mallops.errors import Refused
from mallops.handovers.assets import set_assets
from mallops.ledger.actions import open_ledger
from mallops.ledger.models import LedgerHead
from mallops.people.models import Organisation, Team
from mallops.places import content
from mallops.places.content import Content, MallCode, Plan, UnitRow
from mallops.places.models import Mall, Place, Tenancy, Tenant, TradingHours, Unit
from mallops.places.queries import find_mall
from mallops.rounds.models import RoundPlan
from mallops.shifts import actions as shifts

Coded = TypeVar("Coded", Organisation, Team)


def open_mall(
    code: str,
    name: dict[str, str],
    now: datetime,
    *,
    time_zone: str,
    day_starts_at: time,
) -> Mall:
    """A new mall with an empty ledger and all shipped checklists. Flushes.

    Raises:
        Refused: ``bad_mall_code``, ``mall_exists`` or ``unknown_time_zone``.
    """
    try:
        msgspec.convert(code, MallCode)
    except msgspec.ValidationError:
        text = _("The code of a mall has small letters, digits and -, at most 40.")
        raise Refused("bad_mall_code", text) from None
    if find_mall(code):
        raise Refused("mall_exists", _("There is a mall with this code already."))
    if time_zone not in available_timezones():
        text = _("A time zone is named like Asia/Shanghai or Europe/Berlin.")
        raise Refused("unknown_time_zone", text)
    mall = Mall(
        code=code,
        name=name,
        time_zone=time_zone,
        day_starts_at=day_starts_at,
        settings={},
        created_at=now,
    )
    db.session.add(mall)
    db.session.flush()
    open_ledger(mall.id)
    publish_library(mall.id, now)
    return mall


def load(mall: Mall, given: Content, today: date) -> None:
    """Make the mall what its files say, in place of what was loaded before. Flushes.

    ``today`` is the mall's business day: from then on its plans make rounds, and
    tenants without a date of their own are there.

    Raises:
        Refused: ``another_mall``, ``other_clock`` or ``unknown_checklist``, the files
            are not of this mall; ``in_use``, entries point to its places already.
    """
    _check_fits(mall, given)
    _clear(mall)
    mall.name = given.about.name.words
    mall.settings = msgspec.to_builtins(given.about.settings)
    places = _places(given, mall.id)
    db.session.add_all(places.values())
    _add_units(given, mall.id, places, today)
    holidays.load(mall, given, today)
    _add_teams(given, mall.id)
    db.session.add_all(_plan(given, plan, mall.id, today) for plan in given.about.plans)
    shifts.set_patterns(mall.id, given.about.shifts, today)
    set_assets(mall.id, given.about.assets)
    db.session.flush()


def _check_fits(mall: Mall, given: Content) -> None:
    about = given.about
    if about.code != mall.code:
        raise Refused("another_mall", _("The file is of another mall."))
    if (about.time_zone, about.day_starts_at) != (mall.time_zone, mall.day_starts_at):
        text = _(
            "The mall's days start at %(time)s in %(zone)s; the file says otherwise.",
            time=f"{mall.day_starts_at:%H:%M}",
            zone=mall.time_zone,
        )
        raise Refused("other_clock", text)
    unknown = {plan.checklist for plan in about.plans} - set(titles(mall.id))
    if unknown:
        names = ", ".join(sorted(unknown))
        text = _("Not published in this mall: %(checklists)s", checklists=names)
        raise Refused("unknown_checklist", text)


def _clear(mall: Mall) -> None:
    head = db.session.get_one(LedgerHead, mall.id, with_for_update=True)
    if head.ledger_seq:
        raise Refused("in_use", _("Work was recorded in this mall already."))
    of_mall = sa.select(Unit.id).where(Unit.mall_id == mall.id)
    db.session.execute(sa.delete(Tenancy).where(Tenancy.unit_id.in_(of_mall)))
    for model in (HoursException, TradingHours, Unit, Tenant, RoundPlan, Place):
        db.session.execute(sa.delete(model).where(model.mall_id == mall.id))


def _places(given: Content, mall_id: int) -> dict[str, Place]:
    """Floors, zones and restrooms by code, numbered as one walks: floor by floor."""
    about = given.about
    floors = [floor.code for floor in about.floors]
    zone_floors = {zone.code: zone.floor for zone in about.zones}
    rows: list[tuple[str, content.Coded, str, str | None]] = [
        *(("floor", row, row.code, None) for row in about.floors),
        *(("zone", row, row.floor, None) for row in about.zones),
        *(
            ("restroom", row, zone_floors[row.zone], row.zone)
            for row in about.restrooms
        ),
    ]
    places: dict[str, Place] = {}
    for number, (kind, row, floor, zone) in enumerate(rows):
        places[row.code] = Place(
            mall_id=mall_id,
            code=row.code,
            kind=kind,
            name=row.words,
            floor=floor,
            zone=places[zone] if zone else None,
            walk_order=1000 * floors.index(floor) + number,
        )
    return places


def _add_units(
    given: Content, mall_id: int, places: Mapping[str, Place], today: date
) -> None:
    tenants: dict[str, Tenant] = {}
    units = []
    for number, row in enumerate(given.units):
        unit = _unit(row, mall_id, places[row.zone], number, today)
        units.append(unit)
        if row.category and row.en not in tenants:
            tenants[row.en] = _tenant(row, row.category, mall_id)
    db.session.add_all([*units, *tenants.values()])
    db.session.flush()
    db.session.add_all(
        Tenancy(unit_id=unit.id, tenant=tenants[row.en], starts_on=row.since or today)
        for row, unit in zip(given.units, units, strict=True)
        if row.category
    )
    db.session.add_all(_trading_hours(given, mall_id, tenants))


def _unit(row: UnitRow, mall_id: int, zone: Place, number: int, today: date) -> Unit:
    ahead = row.opens_in_days
    return Unit(
        mall_id=mall_id,
        no=row.no,
        kind=row.kind,
        state=row.state,
        floor=zone.floor,
        zone=zone,
        walk_order=number,
        opens_on=today + timedelta(days=ahead) if ahead else row.opens_on,
    )


def _tenant(row: UnitRow, category: str, mall_id: int) -> Tenant:
    return Tenant(mall_id=mall_id, name=row.words, trade_category=category)


def _trading_hours(
    given: Content, mall_id: int, tenants: Mapping[str, Tenant]
) -> list[TradingHours]:
    """The mall's hours, and those of tenants who keep others."""
    keys = {row.en: row.hours for row in given.units if row.category}
    owners: list[tuple[int | None, str]] = [(None, "mall")]
    owners += [(tenants[name].id, key) for name, key in keys.items() if key != "mall"]
    return [
        TradingHours(
            mall_id=mall_id,
            tenant_id=tenant_id,
            weekday=weekday,
            opens_at=opens_at,
            closes_at=closes_at,
        )
        for tenant_id, key in owners
        for weekday, opens_at, closes_at in content.week(given.about.hours[key])
    ]


def _add_teams(given: Content, mall_id: int) -> None:
    """Teams stay when files are loaded again, for people belong to them."""
    employers = _by_code(Organisation, mall_id)
    teams = _by_code(Team, mall_id)
    for row in given.about.organisations:
        employer = employers.setdefault(
            row.code, Organisation(mall_id=mall_id, code=row.code)
        )
        employer.name, employer.contractor = row.words, row.contractor
        db.session.add(employer)
    for crew in given.about.teams:
        team = teams.setdefault(crew.code, Team(mall_id=mall_id, code=crew.code))
        team.name, team.organisation = crew.words, employers[crew.organisation]
        db.session.add(team)


def _by_code(model: type[Coded], mall_id: int) -> dict[str, Coded]:
    found = db.session.scalars(sa.select(model).where(model.mall_id == mall_id))
    return {row.code: row for row in found}


def _plan(given: Content, plan: Plan, mall_id: int, today: date) -> RoundPlan:
    return RoundPlan(
        mall_id=mall_id,
        code=plan.code,
        checklist=plan.checklist,
        places=content.spots_of(given, plan),
        starts=plan.starts,
        weekdays=content.weekdays(plan.weekdays),
        role=plan.role,
        team=plan.team,
        duration_minutes=plan.duration_minutes,
        tolerance_minutes=plan.tolerance_minutes,
        grace_minutes=plan.grace_minutes,
        valid_from=today,  # before today nobody was asked to walk
    )
