"""What the list of findings is narrowed to: who looks, which tab, which filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mallops.db import db
from mallops.findings import asked
from mallops.findings.asked import RANKS, Errors, Filters
from mallops.findings.models import Finding
from mallops.findings.queries import Viewer
from mallops.people.models import Team
from mallops.places.models import Mall, Place, Tenancy, Tenant, Unit

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Choices:
    """What the filters offer: zones and teams by code."""

    zones: dict[str, Place]
    teams: dict[str, Team]


@dataclass(frozen=True)
class Asked:
    """What is asked of a mall's list, by whom and when."""

    mall: Mall
    viewer: Viewer
    filters: Filters
    tab: str
    now: datetime
    zone_id: int | None = None
    unit_id: int | None = None


def choices(mall_id: int) -> Choices:
    zones = db.session.scalars(
        sa.select(Place)
        .where(Place.mall_id == mall_id, Place.kind == "zone")
        .order_by(Place.walk_order, Place.code)
    )
    teams = db.session.scalars(
        sa.select(Team).where(Team.mall_id == mall_id).order_by(Team.id)
    )
    return Choices(
        {zone.code: zone for zone in zones}, {team.code: team for team in teams}
    )


def narrow(
    mall_id: int, filters: Filters, offered: Choices
) -> tuple[int | None, int | None, Errors]:
    """The ids of zone and unit asked for, and which filters name what is not there."""
    zone = offered.zones.get(filters.zone)
    unit_id = _unit_id(mall_id, filters.unit) if filters.unit else None
    absent = {
        "zone": filters.zone and zone is None,
        "unit": filters.unit and unit_id is None,
        "team": filters.team and filters.team not in {asked.OPERATIONS, *offered.teams},
    }
    errors = {name: f"bad_{name}" for name, is_absent in absent.items() if is_absent}
    return zone.id if zone else None, unit_id, errors


def _unit_id(mall_id: int, no: str) -> int | None:
    return db.session.scalar(
        sa.select(Unit.id).where(
            Unit.mall_id == mall_id, sa.func.lower(Unit.no) == no.lower()
        )
    )


def conditions(question: Asked) -> Iterator[Condition]:
    filters, viewer = question.filters, question.viewer
    if viewer.is_contractor:
        yield viewer.filter()
    yield from _of_tab(question)
    if question.zone_id:
        yield Finding.zone_id == question.zone_id
    if question.unit_id:
        yield Finding.unit_id == question.unit_id
    if filters.category:
        yield Finding.category == filters.category
    if filters.severity:
        yield Finding.severity == filters.severity
    if filters.team:
        yield Finding.team.is_not_distinct_from(_team(filters.team))
    for word in filters.words:
        yield _says(question.mall.id, word)


def states(tab: str) -> Iterator[tuple[int, str]]:
    """The states of open findings that a tab lists, each with its rank.

    Nothing is overdue while its clock stands still or once it is fixed.
    """
    ranks = {"overdue": (0,), "recheck": (1,)}.get(tab, range(len(RANKS)))
    return ((rank, state) for rank in ranks for state in RANKS[rank])


def _team(asked_for: str) -> str | None:
    return None if asked_for == asked.OPERATIONS else asked_for


def _of_tab(question: Asked) -> Iterator[Condition]:
    viewer = question.viewer
    if question.tab == "mine":
        given = Finding.assignee_id == viewer.user_id
        yield given | (Finding.opened_by_id == viewer.user_id)
    elif question.tab == "team":
        yield Finding.team.is_not_distinct_from(viewer.team)
    elif question.tab == "overdue":
        yield Finding.fix_by < question.now


def _says(mall_id: int, word: str) -> Condition:
    """Whether a finding, its item or its place contains a word."""
    units = sa.select(Unit.id).where(Unit.mall_id == mall_id)
    numbered = units.where(sa.func.lower(Unit.no).contains(word, autoescape=True))
    trading = (
        sa.select(Tenancy.unit_id)
        .join(Tenant, Tenancy.tenant_id == Tenant.id)
        .where(Tenant.mall_id == mall_id, _in_words(Tenant.name, word))
    )
    places = sa.select(Place.id).where(
        Place.mall_id == mall_id,
        _in_words(Place.name, word) | (sa.func.lower(Place.code) == word),
    )
    return sa.or_(
        sa.func.lower(Finding.text).contains(word, autoescape=True),
        sa.func.lower(Finding.number).contains(word, autoescape=True),
        _in_words(Finding.title, word),
        Finding.unit_id.in_(numbered),
        Finding.unit_id.in_(trading),
        Finding.place_id.in_(places),
    )


def _in_words(column: Any, word: str) -> Condition:
    """Whether a text contains a word in any of its languages; it is kept as JSON."""
    written = sa.func.lower(sa.cast(column, sa.Text))
    return written.contains(word, autoescape=True)
