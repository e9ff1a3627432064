"""The rounds of a handover: which it answers for, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mallops.checklists import queries as checklists
from mallops.handovers import queries, windows
from mallops.handovers.coverage import Asked
from mallops.places.models import Mall
from mallops.rounds import queries as rounds
from mallops.rounds.queries import Standing
from mallops.shifts.queries import Beside
from mallops.shifts.rules import Shift


@dataclass(frozen=True)
class Walks:
    """The rounds a shift answers for, those it took over among them, and the next's."""

    own: list[Standing]
    carried: frozenset[str]
    ahead: list[Standing]


def walks(mall: Mall, beside: Beside, now: datetime) -> Walks:
    """Those that begin in the shift's time; a team's shift answers for its own only.

    Of a time that two shifts share they are the earlier one's, of a time without a
    shift the one's after it, whoever signed when.
    """
    shift, following = beside.shift, beside.following
    since = windows.begin([*beside.before, shift], {})[shift.id]
    until = max(shift.ends_at, following.ends_at if following else shift.ends_at)
    carried = _carried(mall, shift, since)
    first = min([since, *carried.values()])
    found = [
        one
        for one in rounds.rounds_between(mall, first, until, now)
        if shift.team in (None, one.start.team)
    ]
    return Walks(
        [o for o in found if o.id in carried or since <= o.starts_at < shift.ends_at],
        frozenset(one.id for one in found if one.id in carried),
        [one for one in found if one.starts_at >= shift.ends_at],
    )


def _carried(mall: Mall, shift: Shift, since: datetime) -> dict[str, datetime]:
    """When the rounds began that the shift takes over from handovers before it."""
    told = windows.carried_into(shift, queries.rounds_told(mall.id, shift))
    planned = rounds.find_rounds(mall, told)
    return {id_: o.starts_at for id_, o in planned.items() if o.starts_at < since}


def rounds_of(walked: Walks, asked: Asked) -> dict[str, Any]:
    """How many stand how, and those that nobody is known to have walked in time."""
    states = [one.state for one in walked.own]
    counts = {
        state: states.count(state)
        for state in ("done", "late", "missed", "unknown", "due")
    }
    left = [one for one in walked.own if not one.is_walked]
    open_ones = [one for one in left if one.state != "due"]
    titles = checklists.titles(asked.mall.id) if open_ones else {}
    return {
        "planned": len(walked.own),
        **counts,
        "still_due": [one.id for one in left if one.state in ("due", "late")],
        "carried": sorted(walked.carried),
        "lines": [
            {
                "key": f"round:{one.id}",
                "state": one.state,
                "checklist": one.start.checklist,
                "title": titles.get(code := one.start.checklist, {"en": code}),
                "place": one.place,
                "at": asked.iso(one.starts_at),
                "carried": one.id in walked.carried,
            }
            for one in open_ones
        ],
    }
