"""Loading the demo into an empty database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, scoped_session

from mallops.checklists.actions import publish_library
from mallops.demo import content
from mallops.demo.content import Content, words
from mallops.errors import Refused
from mallops.ledger.actions import open_ledger
from mallops.people.models import Membership, Organisation, Team, User
from mallops.people.passwords import hash_password
from mallops.places.models import (
    Mall,
    Place,
    Tenancy,
    Tenant,
    TradingHours,
    Unit,
)
from mallops.places.rules import business_day
from mallops.rounds.models import RoundPlan

IN_USE_FOR = timedelta(days=7)  # how long the plans and people are there already
EVERY_DAY = "mon-sun"

AnySession = Session | scoped_session[Any]


def load(session: AnySession, now: datetime, password: str) -> None:
    """Both demo malls, with one password for everybody; no entries.

    Raises:
        Refused: ``not_empty``, the database has a mall or an account already.
    """
    password_hash = hash_password(password)
    if session.scalar(sa.select(sa.exists(Mall))) or session.scalar(
        sa.select(sa.exists(User))
    ):
        raise Refused("not_empty", _("The demo is for an empty database only."))
    for one in content.read_all():
        _load_mall(session, one, now, password_hash)


def _load_mall(
    session: AnySession, one: Content, now: datetime, password_hash: str
) -> None:
    mall = _mall(one, now)
    session.add(mall)
    session.flush()
    open_ledger(mall.id)
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    places = _places(one, mall.id)
    session.add_all(places.values())
    _add_units(session, one, mall.id, places, today)
    _add_people(session, one, mall.id, now, password_hash)
    session.add_all(_plan(one, row, mall.id, today) for row in one.about["plans"])
    session.flush()
    publish_library(mall.id, now)


def _mall(one: Content, now: datetime) -> Mall:
    return Mall(
        code=one.about["code"],
        name=one.about["name"],
        time_zone=one.about["time_zone"],
        day_starts_at=one.about["day_starts_at"],
        settings=one.about["settings"],
        created_at=now - IN_USE_FOR,
    )


def _places(one: Content, mall_id: int) -> dict[str, Place]:
    """Floors, zones and restrooms by code, numbered as one walks: floor by floor."""
    about = one.about
    places: dict[str, Place] = {}
    zone_floors = {zone["code"]: zone["floor"] for zone in about["zones"]}
    floors = [floor["code"] for floor in about["floors"]]
    for kind in ("floor", "zone", "restroom"):
        for number, row in enumerate(about[f"{kind}s"]):
            floor = row.get("floor") or zone_floors.get(row.get("zone"), row["code"])
            places[row["code"]] = Place(
                mall_id=mall_id,
                code=row["code"],
                kind=kind,
                name=words(row),
                floor=floor,
                zone=places.get(row.get("zone")),
                walk_order=1000 * floors.index(floor) + number,
            )
    return places


def _add_units(
    session: AnySession,
    one: Content,
    mall_id: int,
    places: dict[str, Place],
    today: date,
) -> None:
    units = [
        _unit(row, mall_id, places, number, today)
        for number, row in enumerate(one.units)
    ]
    tenants = {row["en"]: _tenant(row, mall_id) for row in one.units if row["category"]}
    session.add_all([*units, *tenants.values()])
    session.flush()
    session.add_all(
        _tenancy(row, unit, tenants[row["en"]], today)
        for row, unit in zip(one.units, units, strict=True)
        if row["category"]
    )
    session.add_all(_trading_hours(one, mall_id, tenants))


def _unit(
    row: dict[str, str],
    mall_id: int,
    places: dict[str, Place],
    number: int,
    today: date,
) -> Unit:
    zone = places[row["zone"]]
    opens_in = row["opens_in_days"]
    return Unit(
        mall_id=mall_id,
        no=row["no"],
        kind=row["kind"],
        state=row["state"],
        floor=zone.floor,
        zone=zone,
        walk_order=number,
        opens_on=today + timedelta(days=int(opens_in)) if opens_in else None,
    )


def _tenant(row: dict[str, str], mall_id: int) -> Tenant:
    return Tenant(mall_id=mall_id, name=words(row), trade_category=row["category"])


def _tenancy(row: dict[str, str], unit: Unit, tenant: Tenant, today: date) -> Tenancy:
    """Held for some months or years already; a site in fit-out for some weeks."""
    days = 25 if row["state"] == "fitout" else 90 + unit.walk_order * 37 % 1500
    return Tenancy(
        unit_id=unit.id, tenant=tenant, starts_on=today - timedelta(days=days)
    )


def _trading_hours(
    one: Content, mall_id: int, tenants: dict[str, Tenant]
) -> list[TradingHours]:
    """The mall's hours, and those of tenants who keep others."""
    keys = {row["en"]: row["hours"] for row in one.units if row["category"]}
    owners = [(None, "mall")] + [
        (tenants[name].id, key) for name, key in keys.items() if key != "mall"
    ]
    return [
        TradingHours(
            mall_id=mall_id,
            tenant_id=tenant_id,
            weekday=weekday,
            opens_at=opens_at,
            closes_at=closes_at,
        )
        for tenant_id, key in owners
        for weekday, opens_at, closes_at in content.week(one.about["hours"][key])
    ]


def _add_people(
    session: AnySession, one: Content, mall_id: int, now: datetime, password_hash: str
) -> None:
    employers = _employers(one, mall_id)
    teams = _teams(one, mall_id, employers)
    session.add_all([*employers.values(), *teams.values()])
    for row in one.about["people"]:
        began = now - IN_USE_FOR
        user = User(
            username=row["username"],
            name=row["name"],
            password_hash=password_hash,
            language=row.get("language"),
            created_at=began,
        )
        session.add(
            Membership(
                user=user,
                mall_id=mall_id,
                role=row["role"],
                team=teams.get(row.get("team")),
                started_at=began,
            )
        )


def _employers(one: Content, mall_id: int) -> dict[str, Organisation]:
    return {
        row["code"]: Organisation(
            mall_id=mall_id,
            code=row["code"],
            name=words(row),
            contractor=row["contractor"],
        )
        for row in one.about["organisations"]
    }


def _teams(
    one: Content, mall_id: int, employers: dict[str, Organisation]
) -> dict[str, Team]:
    return {
        row["code"]: Team(
            mall_id=mall_id,
            code=row["code"],
            name=words(row),
            organisation=employers[row["organisation"]],
        )
        for row in one.about["teams"]
    }


def _plan(one: Content, row: content.Row, mall_id: int, today: date) -> RoundPlan:
    return RoundPlan(
        mall_id=mall_id,
        code=row["code"],
        checklist=row["checklist"],
        places=content.spots_of(one, row["where"], row.get("hours")),
        starts=row["starts"],
        weekdays=content.weekdays(row.get("weekdays", EVERY_DAY)),
        role=row.get("role"),
        team=row.get("team"),
        duration_minutes=row["duration_minutes"],
        tolerance_minutes=row.get("tolerance_minutes", 10),
        grace_minutes=row.get("grace_minutes", 15),
        valid_from=today,  # before today nobody was asked to walk
    )
