"""Loading the demo into an empty database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, scoped_session

from mallops.demo.permits import add_permits
from mallops.demo.roster import add_roster
from mallops.errors import Refused
from mallops.people.models import Membership, Team, User
from mallops.people.passwords import hash_password
from mallops.places import actions as places
from mallops.places import files
from mallops.places.content import Content, UnitRow
from mallops.places.models import Mall
from mallops.places.rules import business_day

MALLS = {"demo": "harbour_court.toml", "other": "lindenhof.toml"}  # by code
IN_USE_FOR = timedelta(days=7)  # how long the malls and their people are there already

AnySession = Session | scoped_session[Any]


def load(session: AnySession, now: datetime, password: str) -> None:
    """Both demo malls, with one password for everybody; no entries.

    Raises:
        Refused: ``not_empty``, the database has a mall or an account already.
    """
    if session.scalar(sa.select(sa.exists(Mall))) or session.scalar(
        sa.select(sa.exists(User))
    ):
        raise Refused("not_empty", _("The demo is for an empty database only."))
    password_hash = hash_password(password)
    for name in MALLS.values():
        content = files.read(Path(__file__).with_name(name))
        mall = _load_mall(content, now)
        _add_people(session, content, mall.id, now - IN_USE_FOR, password_hash)
        session.flush()
        add_roster(session, content, mall, now)
        if mall.code == "demo":
            add_permits(mall, now, _id_of(session, "supervisor"))
    session.flush()


def usernames(session: AnySession) -> list[str]:
    """Whoever may sign in to the demo malls, if they are loaded here."""
    rows = (
        sa.select(User.username)
        .join(Membership, Membership.user_id == User.id)
        .join(Mall, Mall.id == Membership.mall_id)
        .where(Mall.code.in_(MALLS), User.disabled_at.is_(None))
        .order_by(User.id)
    )
    return list(session.scalars(rows))


def _id_of(session: AnySession, username: str) -> int:
    return session.scalars(sa.select(User.id).filter_by(username=username)).one()


def _load_mall(content: Content, now: datetime) -> Mall:
    about = content.about
    mall = places.open_mall(
        about.code,
        about.name.words,
        now - IN_USE_FOR,
        time_zone=about.time_zone,
        day_starts_at=about.day_starts_at,
    )
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    units = [_let(row, n, today) for n, row in enumerate(content.units)]
    places.load(mall, replace(content, units=units), today)
    return mall


def _let(row: UnitRow, number: int, today: date) -> UnitRow:
    """Let for some months or years already; a site in fit-out for some weeks."""
    days = 25 if row.state == "fitout" else 90 + number * 37 % 1500
    return msgspec.structs.replace(row, since=today - timedelta(days=days))


def _add_people(
    session: AnySession,
    content: Content,
    mall_id: int,
    began: datetime,
    password_hash: str,
) -> None:
    of_mall = sa.select(Team).where(Team.mall_id == mall_id)
    teams = {team.code: team for team in session.scalars(of_mall)}
    for person in content.about.people:
        user = User(
            username=person.username,
            name=person.name,
            password_hash=password_hash,
            language=person.language,
            created_at=began,
        )
        team = teams[person.team] if person.team else None
        session.add(
            Membership(
                user=user,
                mall_id=mall_id,
                role=person.role,
                team=team,
                started_at=began,
            )
        )
