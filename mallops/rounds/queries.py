"""The rounds of a day with how they stand, for pages and phones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db, fetch
from mallops.people.models import Install, Membership, Team
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot
from mallops.places.rules import ONE_DAY, business_day
from mallops.rounds import rules
from mallops.rounds.models import RoundCompletion, RoundPlan
from mallops.rounds.rules import Plan, Round, Start, State

Doer = tuple[str | None, str | None]  # role, team: one of them
NOT_WALKED = (None, None)
INSTANT = timedelta(microseconds=1)

_PLANS = sa.select(*cast(sa.Table, RoundPlan.__table__).c).where(
    RoundPlan.mall_id == sa.bindparam("mall_id"),
    RoundPlan.valid_from <= sa.bindparam("day"),
    RoundPlan.valid_to.is_(None) | (RoundPlan.valid_to >= sa.bindparam("day")),
)
_SOME_PLANS = _PLANS.where(RoundPlan.code.in_(sa.bindparam("codes", expanding=True)))
# Of several walks of a round the one that finished first comes last, and so counts.
_WALKS = (
    sa.select(RoundCompletion.round_id, RoundCompletion.late)
    .where(
        RoundCompletion.mall_id == sa.bindparam("mall_id"),
        RoundCompletion.business_day == sa.bindparam("day"),
    )
    .order_by(RoundCompletion.finished_at.desc(), RoundCompletion.entry_id.desc())
)
_WALKS_AND_ENTRIES = _WALKS.add_columns(RoundCompletion.entry_id)
_PHONES = (
    sa.select(Install.last_contact_at, Membership.role, Team.code)
    .join(Membership, Membership.user_id == Install.user_id)
    .outerjoin(Team, Team.id == Membership.team_id)
    .where(
        Membership.mall_id == sa.bindparam("mall_id"),
        Membership.started_at <= sa.bindparam("now"),
        Membership.ended_at.is_(None) | (Membership.ended_at > sa.bindparam("now")),
    )
)


@dataclass(frozen=True, slots=True)
class RoundOnDay:
    """How a round stands. ``entry_id`` is the inspection that completed it."""

    round: Round
    state: State
    entry_id: str | None
    spot: Spot

    @property
    def id(self) -> str:
        return self.round.id

    @property
    def checklist(self) -> str:
        return self.round.checklist


class Standing(NamedTuple):
    """Only how a round stands, by its start: a handover looks at hundreds."""

    starts_at: datetime
    id: str
    place: str
    start: Start
    state: State
    is_walked: bool


def rounds_of_day(
    mall: Mall,
    day: date,
    now: datetime,
    *,
    doer: Membership | None = None,
    state: State | None = None,
) -> list[RoundOnDay]:
    """The rounds of a business day by planned start; only ``doer``'s, if given, and
    only those that stand so."""
    starts = _starts(mall, day)
    walks, contacts = _walks(mall.id, day), _contacts(mall.id, now)
    spots = places.spots(mall.id)
    found = [
        RoundOnDay(start.round_at(place, id_), stands, entry_id, spots[place])
        for start in starts
        if doer is None or _falls_to(start, doer)
        for place, id_ in start.ids().items()
        if place in spots
        for late, entry_id in [walks.get(id_, NOT_WALKED)]
        for stands in [rules.state_of(start, late, contacts[_doer(start)], now)]
        if state in (None, stands)
    ]
    return sorted(found, key=lambda on_day: (on_day.round.starts_at, on_day.id))


def rounds_between(
    mall: Mall, since: datetime, until: datetime, now: datetime
) -> list[Standing]:
    """The rounds that begin in this time, by planned start: only how each stands.

    A handover names places by their codes, and reading a mall's shops and tenants for
    them would take as long as all the rest.
    """
    clock = mall.time_zone, mall.day_starts_at
    first, last = business_day(since, *clock), business_day(until - INSTANT, *clock)
    known, contacts = places.codes(mall.id), _contacts(mall.id, now)
    found: list[Standing] = []
    for ahead in range((last - first).days + 1):
        day = first + ONE_DAY * ahead
        walks = _lateness(mall.id, day)
        for start in _starts(mall, day):
            if since <= start.starts_at < until:
                states = _states(start, contacts[_doer(start)], now)
                found += [
                    Standing(start.starts_at, id_, place, start, states[late], walked)
                    for place, id_ in start.ids().items()
                    if place in known
                    for late, walked in [(walks.get(id_), id_ in walks)]
                ]
    return sorted(found, key=itemgetter(0, 1))


def _states(
    start: Start, contacts: Sequence[datetime], now: datetime
) -> dict[bool | None, State]:
    """How its rounds stand: those walked late, those walked in time, and the others."""
    return {
        late: rules.state_of(start, late, contacts, now) for late in (True, False, None)
    }


def count_rounds(mall: Mall, day: date, now: datetime) -> Counter[State]:
    """How many rounds of a business day stand how, without a look at each."""
    walks, contacts = _lateness(mall.id, day), _contacts(mall.id, now)
    known = places.codes(mall.id)
    counts: Counter[State] = Counter()
    for start in _starts(mall, day):
        ids = [id_ for place, id_ in start.ids().items() if place in known]
        walked = [walks[id_] for id_ in ids if id_ in walks]
        counts["late"] += sum(walked)
        counts["done"] += len(walked) - sum(walked)
        left = rules.state_of(start, None, contacts[_doer(start)], now)
        counts[left] += len(ids) - len(walked)
    return counts


def find_rounds(mall: Mall, ids: Iterable[str]) -> dict[str, Round]:
    """The planned rounds among these ids; an invented id is not among them."""
    wanted = set(ids)
    days = {day for id_ in wanted if (day := rules.day_in(id_))}
    # PostgreSQL would not even compare a NUL; no plan has one.
    codes = {rules.plan_in(id_).replace("\0", "") for id_ in wanted}
    return {
        id_: start.round_at(place, id_)
        for day in days
        for start in _starts(mall, day, codes)
        for place, id_ in start.ids().items()
        if id_ in wanted
    }


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


def _starts(
    mall: Mall, day: date, codes: Collection[str] | None = None
) -> Iterator[Start]:
    given: dict[str, Any] = {"mall_id": mall.id, "day": day}
    plans = (
        fetch(_PLANS, **given)
        if codes is None
        else fetch(_SOME_PLANS, **given, codes=sorted(codes))
    )
    time_zone, day_starts_at = mall.time_zone, mall.day_starts_at
    for plan in cast(Iterable[Plan], plans):
        yield from rules.starts_of(plan, day, time_zone, day_starts_at)


def _falls_to(start: Start, member: Membership) -> bool:
    if start.team is not None:
        return member.team is not None and member.team.code == start.team
    return start.role == member.role


def _doer(start: Start) -> Doer:
    return start.role, start.team


def _walks(mall_id: int, day: date) -> dict[str, tuple[bool, str]]:
    """Whether a round was walked late, and by which entry."""
    rows = fetch(_WALKS_AND_ENTRIES, mall_id=mall_id, day=day)
    return {round_id: (late, str(entry_id)) for round_id, late, entry_id in rows}


def _lateness(mall_id: int, day: date) -> dict[str, bool]:
    return dict(fetch(_WALKS, mall_id=mall_id, day=day))


def _contacts(mall_id: int, now: datetime) -> Mapping[Doer, list[datetime]]:
    """When the phones of each role and team were last in contact."""
    contacts: dict[Doer, list[datetime]] = defaultdict(list)
    for at, role, team in fetch(_PHONES, mall_id=mall_id, now=now):
        contacts[role, None].append(at)
        contacts[None, team].append(at)
    return contacts


def _phones(mall_id: int, now: datetime) -> list[tuple[Install, set[Doer]]]:
    """The phones of people who may walk rounds here, and as whom."""
    query = _PHONES.with_only_columns(Install, Membership.role, Team.code).options(
        joinedload(Install.user)
    )
    return [
        (install, {(role, None), (None, team)})
        for install, role, team in db.session.execute(
            query, {"mall_id": mall_id, "now": now}
        )
    ]
