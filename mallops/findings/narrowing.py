"""What the list of findings is narrowed to: who looks, which tab, which filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from mallops.db import db, fetch
from mallops.findings import asked
from mallops.findings.asked import RANKS, Errors, Filters
from mallops.findings.models import Finding
from mallops.findings.queries import Viewer
from mallops.people.models import Team
from mallops.places.models import Mall, Place, Tenancy, Tenant, Unit

Condition = sa.ColumnElement[bool]
_OF_MALL: sa.BindParameter[int] = sa.bindparam("mall_id")
_ZONES = (
    sa.select(Place.id, Place.code, Place.name)
    .where(Place.mall_id == _OF_MALL, Place.kind == "zone")
    .order_by(Place.walk_order, Place.code)
)
_TEAMS = sa.select(Team).where(Team.mall_id == _OF_MALL).order_by(Team.id)


@dataclass(frozen=True)
class Choices:
    """What the filters offer: zones and teams by code."""

    zones: dict[str, sa.Row[int, str, dict[str, str]]]  # id, code, name
    teams: dict[str, Team]


class Narrowing(NamedTuple):
    """What narrows a list: its statement is built once for all who ask the same."""

    tab: str
    filters: Filters  # without the page
    viewer: Viewer | None  # where it matters who looks
    zone_id: int | None
    unit_id: int | None
    after: int | None  # rank of the finding with which the page before ended


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

    @property
    def narrowing(self) -> Narrowing:
        filters, after = replace(self.filters, after=None), self.filters.after
        matters = self.viewer.is_contractor or self.tab in ("mine", "team")
        return Narrowing(
            self.tab,
            filters,
            self.viewer if matters else None,
            self.zone_id,
            self.unit_id,
            after.rank if after else None,
        )

    @property
    def given(self) -> dict[str, Any]:
        """The values that a statement built for the narrowing is asked with."""
        after = self.filters.after
        page = {"after_moment": after.moment, "after_id": after.id} if after else {}
        return {"mall_id": self.mall.id, "now": self.now, **page}


def choices(mall_id: int) -> Choices:
    given = {"mall_id": mall_id}
    zones = fetch(_ZONES, **given)
    teams = db.session.scalars(_TEAMS, given)
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


def conditions(asked_for: Narrowing) -> Iterator[Condition]:
    """What they are told apart by; "mall_id" and "now" are given when it is asked."""
    filters, viewer = asked_for.filters, asked_for.viewer
    if viewer and viewer.is_contractor:
        yield viewer.filter()
    yield from _of_tab(asked_for.tab, viewer)
    if asked_for.zone_id:
        yield Finding.zone_id == asked_for.zone_id
    if asked_for.unit_id:
        yield Finding.unit_id == asked_for.unit_id
    if filters.category:
        yield Finding.category == filters.category
    if filters.severity:
        yield Finding.severity == filters.severity
    if filters.team:
        yield Finding.team == _team(filters.team)
    for word in filters.words:
        yield _says(word)


def states(tab: str) -> Iterator[tuple[int, str]]:
    """The states of open findings that a tab lists, each with its rank.

    Nothing is overdue while its clock stands still or once it is fixed.
    """
    ranks = {"overdue": (0,), "recheck": (1,)}.get(tab, range(len(RANKS)))
    return ((rank, state) for rank in ranks for state in RANKS[rank])


def _team(asked_for: str) -> str | None:
    return None if asked_for == asked.OPERATIONS else asked_for


def _of_tab(tab: str, viewer: Viewer | None) -> Iterator[Condition]:
    if tab == "mine" and viewer:
        given = Finding.assignee_id == viewer.user_id
        yield given | (Finding.opened_by_id == viewer.user_id)
    elif tab == "team" and viewer:
        yield Finding.team == viewer.team
    elif tab == "overdue":
        yield Finding.fix_by < sa.bindparam("now")


def _says(word: str) -> Condition:
    """Whether a finding, its item or its place contains a word."""
    units = sa.select(Unit.id).where(Unit.mall_id == _OF_MALL)
    numbered = units.where(sa.func.lower(Unit.no).contains(word, autoescape=True))
    trading = (
        sa.select(Tenancy.unit_id)
        .join(Tenant, Tenancy.tenant_id == Tenant.id)
        .where(Tenant.mall_id == _OF_MALL, _in_words(Tenant.name, word))
    )
    places = sa.select(Place.id).where(
        Place.mall_id == _OF_MALL,
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
