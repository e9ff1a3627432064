"""The rounds of a day with how they stand, for pages and phones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db
from mallops.people.models import Install, Membership, Team
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot
from mallops.rounds import rules
from mallops.rounds.models import RoundCompletion, RoundPlan
from mallops.rounds.rules import Round, State, Walk

Doer = tuple[str | None, str | None]  # role, team: one of them


@dataclass(frozen=True, slots=True)
class RoundOnDay:
    """A round and how it stands. ``entry_id`` is the inspection that completed it."""

    round: Round
    spot: Spot
    state: State
    entry_id: str | None

    @property
    def id(self) -> str:
        return self.round.id

    @property
    def checklist(self) -> str:
        return self.round.checklist


def rounds_of_day(
    mall: Mall, day: date, now: datetime, *, doer: Membership | None = None
) -> list[RoundOnDay]:
    """All rounds of a business day by planned start; only ``doer``'s, if given."""
    planned = [r for r in _planned(mall, day) if doer is None or _falls_to(r, doer)]
    walks = _walks(mall.id, day)
    contacts = _contacts(mall.id, now)
    spots = places.spots(mall.id)
    return [
        RoundOnDay(round_, spots[round_.place], state, entry_id)
        for round_ in sorted(planned, key=lambda r: (r.starts_at, r.id))
        if round_.place in spots
        for walk, entry_id in [walks.get(round_.id, (None, None))]
        for state in [
            rules.state_of(
                round_, walk, contacts.get((round_.role, round_.team), []), now
            )
        ]
    ]


def find_rounds(mall: Mall, ids: Iterable[str]) -> dict[str, Round]:
    """The planned rounds among these ids; an invented id is not among them."""
    wanted = set(ids)
    days = {day for id_ in wanted if (day := rules.day_in(id_))}
    # PostgreSQL would not even compare a NUL; no plan has one.
    codes = {rules.plan_in(id_).replace("\0", "") for id_ in wanted}
    planned = (round_ for day in days for round_ in _planned(mall, day, codes))
    return {round_.id: round_ for round_ in planned if round_.id in wanted}


def silent_phones(
    mall_id: int, rounds: Iterable[Round], now: datetime
) -> dict[str, list[Install]]:
    """For each round, by id, the phones on duty not heard of since it opened."""
    found = _phones(mall_id, now)
    return {
        round_.id: [
            install
            for install, doers in found
            if (round_.role, round_.team) in doers
            and round_.opens_at - rules.SHIFT
            <= install.last_contact_at
            < round_.opens_at
        ]
        for round_ in rounds
    }


def _planned(
    mall: Mall, day: date, codes: Collection[str] | None = None
) -> list[Round]:
    query = sa.select(RoundPlan).where(
        RoundPlan.mall_id == mall.id,
        RoundPlan.valid_from <= day,
        sa.or_(RoundPlan.valid_to.is_(None), RoundPlan.valid_to >= day),
    )
    if codes is not None:
        query = query.where(RoundPlan.code.in_(codes))
    plans = db.session.scalars(query)
    return [
        round_
        for plan in plans
        for round_ in rules.rounds_of(plan, day, mall.time_zone, mall.day_starts_at)
    ]


def _falls_to(round_: Round, member: Membership) -> bool:
    if round_.team is not None:
        return member.team is not None and member.team.code == round_.team
    return round_.role == member.role


def _walks(mall_id: int, day: date) -> dict[str, tuple[Walk, str]]:
    """The walk that counts for each round: the one finished first."""
    query = (
        sa.select(
            RoundCompletion.round_id,
            RoundCompletion.started_at,
            RoundCompletion.finished_at,
            RoundCompletion.entry_id,
        )
        .where(RoundCompletion.mall_id == mall_id, RoundCompletion.business_day == day)
        .order_by(RoundCompletion.finished_at.desc(), RoundCompletion.entry_id.desc())
    )
    return {
        round_id: (Walk(started_at, finished_at), str(entry_id))
        for round_id, started_at, finished_at, entry_id in db.session.execute(query)
    }


def _contacts(mall_id: int, now: datetime) -> dict[Doer, list[datetime]]:
    """When the phones of each role and team were last in contact."""
    contacts: dict[Doer, list[datetime]] = {}
    for install, doers in _phones(mall_id, now):
        for doer in doers:
            contacts.setdefault(doer, []).append(install.last_contact_at)
    return contacts


def _phones(mall_id: int, now: datetime) -> list[tuple[Install, set[Doer]]]:
    """The phones of people who may walk rounds here, and as whom."""
    query = (
        sa.select(Install, Membership.role, Team.code)
        .options(joinedload(Install.user))
        .join(Membership, Membership.user_id == Install.user_id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(
            Membership.mall_id == mall_id,
            Membership.started_at <= now,
            sa.or_(Membership.ended_at.is_(None), Membership.ended_at > now),
        )
    )
    return [
        (install, {(role, None), (None, team)})
        for install, role, team in db.session.execute(query)
    ]
