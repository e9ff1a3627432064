"""Reads for the list of findings: one page of it, and how many there are of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from mallops.columns import UtcMoment
from mallops.db import fetch
from mallops.findings import asked
from mallops.findings.asked import RANKS, Cursor
from mallops.findings.models import Finding
from mallops.findings.narrowing import Asked, Narrowing, conditions, states
from mallops.findings.queries import Viewer
from mallops.people.models import User
from mallops.places.models import Place, Tenancy, Tenant, Unit

SHOWN_TEXT = 280  # characters of what was found that a row shows


class Row(NamedTuple):
    """What the list shows of one finding."""

    id: str
    number: str
    category: str
    severity: str
    state: str
    team: str | None
    title: dict[str, str]
    text: str
    photos: list[str]
    business_day: date
    opened_at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    fix_by: datetime | None
    waiting_since: datetime | None
    waiting_for: str | None
    fixed_at: datetime | None
    closed_at: datetime | None
    contradicted: bool
    seen_again: int
    last_step_at: datetime
    assignee_id: int | None
    opened_by: str | None  # names, as of today
    assignee: str | None
    place_name: dict[str, str] | None
    unit_id: int | None
    unit: str | None  # number


@dataclass(frozen=True)
class Page:
    """Some findings, and where the next page begins (None: this is the last)."""

    rows: Sequence[Row]
    next: Cursor | None


@dataclass(frozen=True)
class Counts:
    """Open findings a viewer sees, by what the list can be narrowed to."""

    all: int = 0
    overdue: int = 0
    recheck: int = 0
    team: int = 0
    by_severity: Counter[str] = field(default_factory=Counter)
    by_team: Counter[str | None] = field(default_factory=Counter)


_opener, _assignee = aliased(User), aliased(User)
_FROM_ELSEWHERE: dict[str, Any] = {
    "text": sa.func.substr(Finding.text, 1, SHOWN_TEXT).label("text"),
    "opened_by": _opener.name.label("opened_by"),
    "assignee": _assignee.name.label("assignee"),
    "place_name": Place.name.label("place_name"),
    "unit": Unit.no.label("unit"),
}
_COLUMNS = [
    _FROM_ELSEWHERE[name] if name in _FROM_ELSEWHERE else getattr(Finding, name)
    for name in Row._fields
]


_ROWS = (
    sa.select(*_COLUMNS)
    .outerjoin(_opener, Finding.opened_by_id == _opener.id)
    .outerjoin(_assignee, Finding.assignee_id == _assignee.id)
    .outerjoin(Place, Finding.place_id == Place.id)
    .outerjoin(Unit, Finding.unit_id == Unit.id)
    .where(Finding.id.in_(sa.bindparam("ids", expanding=True)))
)
_HOLDERS = (
    sa.select(Tenancy.unit_id, Tenancy.starts_on, Tenancy.ends_on, Tenant.name)
    .join(Tenant, Tenancy.tenant_id == Tenant.id)
    .where(Tenancy.unit_id.in_(sa.bindparam("units", expanding=True)))
    .order_by(Tenancy.starts_on, Tenancy.id)
)
_OF_MALL = Finding.mall_id == sa.bindparam("mall_id")
_COUNTS = (
    sa.select(
        Finding.team,
        Finding.severity,
        Finding.state,
        sa.func.count(),
        sa.func.count().filter(Finding.fix_by < sa.bindparam("now")),
    )
    .where(_OF_MALL, Finding.closed_at.is_(None))
    .group_by(Finding.team, Finding.severity, Finding.state)
)
_AFTER = sa.tuple_(
    sa.bindparam("after_moment", type_=UtcMoment()),
    sa.bindparam("after_id", type_=sa.String()),
)


def page(question: Asked) -> Page:
    """One page of the list, told from where the page before it ended."""
    keys = fetch(_keys(question.narrowing), **question.given)
    shown, more = keys[: asked.PAGE], len(keys) > asked.PAGE
    last = shown[-1] if more else None
    found_rows = rows([key.id for key in shown])
    return Page(found_rows, Cursor(last.rank, last.moment, last.id) if last else None)


def row(finding_id: str) -> Row:
    """The row of one finding, after somebody changed it in place."""
    return rows([finding_id])[0]


def rows(ids: Sequence[str]) -> list[Row]:
    """The rows of some findings, in the order of their ids."""
    found = {row.id: Row._make(row) for row in fetch(_ROWS, ids=ids)} if ids else {}
    return [found[finding_id] for finding_id in ids]


def tenants_of(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Who held the unit of each finding on the day it was found, by finding id."""
    units = {row.unit_id for row in rows if row.unit_id}
    if not units:
        return {}
    held = fetch(_HOLDERS, units=list(units))
    return {
        row.id: tenancy.name
        for row in rows
        for tenancy in held
        if tenancy.unit_id == row.unit_id
        and tenancy.starts_on <= row.business_day
        and (tenancy.ends_on is None or row.business_day <= tenancy.ends_on)
    }


@lru_cache(maxsize=256)
def _keys(narrowing: Narrowing) -> Any:
    """Which findings the list shows, in its order: id, rank and moment.

    Building it takes longer than asking it.
    """
    return _closed(narrowing) if narrowing.tab == "closed" else _open(narrowing)


def _open(narrowing: Narrowing) -> Any:
    """Open findings by urgency: per state, one look into the index.

    Ordered by rank and time; the states of one rank are merged.
    """
    parts = [
        _of_state(narrowing, rank, state)
        for rank, state in states(narrowing.tab)
        if narrowing.after is None or rank >= narrowing.after
    ]
    if not parts:
        return sa.select(Finding.id).where(sa.false())  # no such page of this tab
    keys = sa.union_all(*parts).subquery()
    return (
        sa.select(keys)
        .order_by(keys.c.rank, keys.c.moment, keys.c.id)
        .limit(asked.PAGE + 1)
    )


def _of_state(narrowing: Narrowing, rank: int, state: str) -> Any:
    key = (Finding.fix_by, Finding.id)
    query = sa.select(Finding.id, _literal(rank), Finding.fix_by.label("moment")).where(
        _OF_MALL,
        Finding.closed_at.is_(None),
        Finding.state == state,
        *conditions(narrowing),
    )
    if narrowing.after == rank:
        query = query.where(sa.tuple_(*key) > _AFTER)
    # SQLite takes no LIMIT in a part of a union, but in a query below it.
    return sa.select(query.order_by(*key).limit(asked.PAGE + 1).subquery())


def _literal(rank: int) -> sa.Label[int]:
    return sa.literal_column(str(rank), sa.Integer).label("rank")


def _closed(narrowing: Narrowing) -> Any:
    """Closed findings, those closed last first."""
    key = (Finding.closed_at, Finding.id)
    moment = Finding.closed_at.label("moment")
    query = sa.select(Finding.id, _literal(0), moment).where(
        _OF_MALL, Finding.closed_at.is_not(None), *conditions(narrowing)
    )
    if narrowing.after is not None:
        query = query.where(sa.tuple_(*key) < _AFTER)
    return query.order_by(*(column.desc() for column in key)).limit(asked.PAGE + 1)


def counts(question: Asked) -> Counts:
    """How many open findings this viewer sees, whatever the list is narrowed to."""
    viewer, query = question.viewer, _COUNTS
    if viewer.is_contractor:
        query = query.where(viewer.filter())
    given = {"mall_id": question.mall.id, "now": question.now}
    return _added_up(fetch(query, **given), viewer)


def _added_up(cells: Sequence[Any], viewer: Viewer) -> Counts:
    severities: Counter[str] = Counter()
    teams: Counter[str | None] = Counter()
    states: Counter[str] = Counter()
    overdue = 0
    for team, severity, state, number, late in cells:
        severities[severity] += number
        teams[team] += number
        states[state] += number
        overdue += late if state in RANKS[0] else 0
    return Counts(
        all=states.total(),
        overdue=overdue,
        recheck=states["fixed"],
        team=teams[viewer.team],
        by_severity=severities,
        by_team=teams,
    )
