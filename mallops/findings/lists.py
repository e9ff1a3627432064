"""Reads for the list of findings: one page of it, and how many there are of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from mallops.db import db
from mallops.findings import asked
from mallops.findings.asked import RANKS, Cursor
from mallops.findings.models import Finding
from mallops.findings.narrowing import Asked, conditions, states
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


def page(question: Asked) -> Page:
    """One page of the list, told from where the page before it ended."""
    found = _closed(question) if question.tab == "closed" else _open(question)
    keys = list(db.session.execute(found))
    shown, more = keys[: asked.PAGE], len(keys) > asked.PAGE
    last = shown[-1] if more else None
    found_rows = rows([key.id for key in shown])
    return Page(found_rows, Cursor(last.rank, last.moment, last.id) if last else None)


def row(finding_id: str) -> Row:
    """The row of one finding, after somebody changed it in place."""
    return rows([finding_id])[0]


def rows(ids: Sequence[str]) -> list[Row]:
    """The rows of some findings, in the order of their ids."""
    query = (
        sa.select(*_COLUMNS)
        .outerjoin(_opener, Finding.opened_by_id == _opener.id)
        .outerjoin(_assignee, Finding.assignee_id == _assignee.id)
        .outerjoin(Place, Finding.place_id == Place.id)
        .outerjoin(Unit, Finding.unit_id == Unit.id)
        .where(Finding.id.in_(ids))
    )
    found = {row.id: Row(*row) for row in db.session.execute(query)} if ids else {}
    return [found[finding_id] for finding_id in ids]


def tenants_of(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Who held the unit of each finding on the day it was found, by finding id."""
    units = {row.unit_id for row in rows if row.unit_id}
    if not units:
        return {}
    query = (
        sa.select(Tenancy.unit_id, Tenancy.starts_on, Tenancy.ends_on, Tenant.name)
        .join(Tenant, Tenancy.tenant_id == Tenant.id)
        .where(Tenancy.unit_id.in_(units))
        .order_by(Tenancy.starts_on, Tenancy.id)
    )
    held = db.session.execute(query).all()
    return {
        row.id: tenancy.name
        for row in rows
        for tenancy in held
        if tenancy.unit_id == row.unit_id
        and tenancy.starts_on <= row.business_day
        and (tenancy.ends_on is None or row.business_day <= tenancy.ends_on)
    }


def _open(question: Asked) -> Any:
    """Keys of open findings by urgency: per state, one look into the index.

    Ordered by rank and time; the states of one rank are merged.
    """
    after = question.filters.after
    parts = [
        _of_state(question, rank, state)
        for rank, state in states(question.tab)
        if after is None or rank >= after.rank
    ]
    if not parts:
        return sa.select(Finding.id).where(sa.false())  # no such page of this tab
    keys = sa.union_all(*parts).subquery()
    return (
        sa.select(keys)
        .order_by(keys.c.rank, keys.c.moment, keys.c.id)
        .limit(asked.PAGE + 1)
    )


def _of_state(question: Asked, rank: int, state: str) -> Any:
    after = question.filters.after
    key = (Finding.fix_by, Finding.id)
    query = sa.select(Finding.id, _literal(rank), Finding.fix_by.label("moment")).where(
        Finding.mall_id == question.mall.id,
        Finding.closed_at.is_(None),
        Finding.state == state,
        *conditions(question),
    )
    if after and after.rank == rank:
        query = query.where(sa.tuple_(*key) > (after.moment, after.id))
    # SQLite takes no LIMIT in a part of a union, but in a query below it.
    return sa.select(query.order_by(*key).limit(asked.PAGE + 1).subquery())


def _literal(rank: int) -> sa.Label[int]:
    return sa.literal_column(str(rank), sa.Integer).label("rank")


def _closed(question: Asked) -> Any:
    """Keys of closed findings, those closed last first."""
    key = (Finding.closed_at, Finding.id)
    moment = Finding.closed_at.label("moment")
    query = sa.select(Finding.id, _literal(0), moment).where(
        Finding.mall_id == question.mall.id,
        Finding.closed_at.is_not(None),
        *conditions(question),
    )
    after = question.filters.after
    if after:
        query = query.where(sa.tuple_(*key) < (after.moment, after.id))
    return query.order_by(*(column.desc() for column in key)).limit(asked.PAGE + 1)


def counts(question: Asked) -> Counts:
    """How many open findings this viewer sees, whatever the list is narrowed to."""
    viewer = question.viewer
    late = sa.func.count().filter(Finding.fix_by < question.now)
    query = (
        sa.select(Finding.team, Finding.severity, Finding.state, sa.func.count(), late)
        .where(Finding.mall_id == question.mall.id, Finding.closed_at.is_(None))
        .group_by(Finding.team, Finding.severity, Finding.state)
    )
    if viewer.is_contractor:
        query = query.where(viewer.filter())
    return _added_up(db.session.execute(query).all(), viewer)


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
