"""The rounds of a handover: how the shift's stand, and what the next one has ahead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mallops.checklists import queries as checklists
from mallops.db import db
from mallops.handovers.coverage import Asked
from mallops.places.models import Unit
from mallops.rounds.queries import RoundStanding


def rounds_of(walked: Sequence[RoundStanding], asked: Asked) -> dict[str, Any]:
    """How many stand how, and those that nobody is known to have walked in time."""
    states = [one.state for one in walked]
    counts = {
        state: states.count(state)
        for state in ("done", "late", "missed", "unknown", "due")
    }
    open_ones = [one for one in walked if one.entry_id is None and one.state != "due"]
    titles = checklists.titles(asked.mall.id) if open_ones else {}
    return {
        "planned": len(walked),
        **counts,
        "lines": [
            {
                "key": f"round:{one.id}",
                "state": one.state,
                "checklist": one.checklist,
                "title": titles.get(one.checklist, {"en": one.checklist}),
                "place": one.round.place,
                "at": asked.iso(one.round.starts_at),
            }
            for one in open_ones
        ],
    }


def ahead(walked: Sequence[RoundStanding], asked: Asked) -> dict[str, list[Any]]:
    """What the next shift has before it: its rounds by checklist, sites in fit-out."""
    titles = checklists.titles(asked.mall.id) if walked else {}
    firsts: dict[str, RoundStanding] = {}
    counts: dict[str, int] = {}
    for one in walked:
        firsts.setdefault(one.checklist, one)
        counts[one.checklist] = counts.get(one.checklist, 0) + 1
    return {
        "rounds": [
            {
                "checklist": code,
                "title": titles.get(code, {"en": code}),
                "count": counts[code],
                "first_at": asked.iso(first.round.starts_at),
            }
            for code, first in firsts.items()
        ],
        "fitout": _sites(asked) if asked.is_operations else [],
    }


def _sites(asked: Asked) -> list[str]:
    sites = sa.select(Unit.no).where(
        Unit.mall_id == asked.mall.id, Unit.state == "fitout"
    )
    return list(db.session.scalars(sites.order_by(Unit.no)))
