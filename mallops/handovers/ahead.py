"""What awaits the next shift: rounds, sites, permits and events, tenants to watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mallops.checklists import queries as checklists
from mallops.db import fetch
from mallops.handovers.coverage import MOST, Asked, Rows
from mallops.permits.models import Permit
from mallops.permits.rules import GOODS
from mallops.places.models import Place, Tenant, Unit
from mallops.rounds.queries import Standing
from mallops.shifts.rules import Shift
from mallops.watches.models import TenantWatch

# One question for all of it, built once. Goods are open through this shift as well:
# what ran out without being checked off at the door is told as such.
_OF_MALL: sa.BindParameter[int] = sa.bindparam("mall_id")
_PERMITS = (
    sa.select(
        Permit.kind,
        Unit.no.label("unit"),
        Place.name.label("name"),
        *(getattr(Permit, name) for name in ("title", "who", "people")),
        *(getattr(Permit, name) for name in ("starts_at", "ends_at")),
        Permit.id,
    )
    .outerjoin(Unit, Unit.id == Permit.unit_id)
    .outerjoin(Place, Place.id == Permit.place_id)
    .where(
        Permit.mall_id == _OF_MALL,
        Permit.outcome.is_(None),
        Permit.starts_at < sa.bindparam("until"),
        Permit.ends_at > sa.bindparam("begins"),
        sa.or_(Permit.kind == GOODS, Permit.ends_at > sa.bindparam("since")),
    )
)
_NOTHING = (sa.null(),) * 6
_WATCHES = (
    sa.select(sa.literal("watch"), Unit.no, Tenant.name, *_NOTHING)
    .select_from(TenantWatch)
    .join(Unit, Unit.id == TenantWatch.unit_id)
    .join(Tenant, Tenant.id == TenantWatch.tenant_id)
    .where(
        TenantWatch.mall_id == _OF_MALL,
        TenantWatch.ended_at.is_(None),
        TenantWatch.last_day >= sa.bindparam("day"),
    )
)
_SITES = sa.select(sa.literal("site"), Unit.no, sa.null(), *_NOTHING).where(
    Unit.mall_id == _OF_MALL, Unit.state == "fitout"
)
_AHEAD = sa.select(sa.union_all(_PERMITS, _WATCHES, _SITES).subquery())


def of(
    walked: Sequence[Standing], following: Shift | None, asked: Asked
) -> dict[str, list[Any]]:
    """What the next shift has before it; a team's, which may be a contractor's, rounds.

    From when this shift ends until that one does: who comes at 08:30 answers for the
    works of the night.
    """
    told = {"rounds": _rounds(walked, asked), "fitout": []}
    if not asked.is_operations:
        return told
    rows = _asked_for(asked, following)
    return told | {
        "fitout": sorted(row.unit for row in rows if row.kind == "site"),
        "permits": _permits(rows, asked),
        "watches": _watches(rows),
    }


def _rounds(walked: Sequence[Standing], asked: Asked) -> Rows:
    titles = checklists.titles(asked.mall.id) if walked else {}
    counts = Counter(one.start.checklist for one in walked)
    # Of those with the same key the last one stays: here the one that begins first.
    firsts = {one.start.checklist: one for one in reversed(walked)}
    return [
        {
            "checklist": code,
            "title": titles.get(code, {"en": code}),
            "count": counts[code],
            "first_at": asked.iso(firsts[code].starts_at),
        }
        for code in counts
    ]


def _asked_for(asked: Asked, following: Shift | None) -> Sequence[Any]:
    shift = asked.shift
    coming = following or shift
    return fetch(
        _AHEAD,
        mall_id=asked.mall.id,
        begins=shift.starts_at,
        since=min(shift.ends_at, coming.starts_at) if following else shift.ends_at,
        until=max(shift.ends_at, coming.ends_at),
        day=coming.day,
    )


def _permits(rows: Sequence[Any], asked: Asked) -> Rows:
    found = [row for row in rows if row.starts_at is not None]
    found.sort(key=lambda row: (row.starts_at, row.id))
    return [
        {
            "kind": row.kind,
            "unit": row.unit,
            "place": row.name,
            "title": row.title,
            "who": row.who,
            "people": row.people,
            "starts_at": asked.iso(row.starts_at),
            "ends_at": asked.iso(row.ends_at),
        }
        for row in found[:MOST]
    ]


def _watches(rows: Sequence[Any]) -> Rows:
    """The mark alone: why somebody is watched is for the page, not for paper."""
    found = {row.unit: row.name for row in rows if row.kind == "watch"}
    return [{"unit": no, "tenant": found[no]} for no in sorted(found)][:MOST]
