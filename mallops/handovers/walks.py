"""The rounds of a handover: which it answers for, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mallops.checklists import queries as checklists
from mallops.handovers import queries, windows
from mallops.handovers.coverage import Asked
from mallops.places.models import Mall
from mallops.rounds import queries as rounds
from mallops.rounds.queries import RoundStanding
from mallops.shifts.rules import Shift


@dataclass(frozen=True)
class Walks:
    """The rounds a shift answers for, those it took over among them, and the next's."""

    own: list[RoundStanding]
    carried: frozenset[str]
    ahead: list[RoundStanding]


def walks(
    mall: Mall,
    shift: Shift,
    before: Sequence[Shift],
    following: Shift | None,
    now: datetime,
) -> Walks:
    """Those that begin in the shift's time; a team's shift answers for its own only.

    Of a time that two shifts share they are the earlier one's, of a time without a
    shift the one's after it, whoever signed when.
    """
    since = windows.begin([*before, shift], {})[shift.id]
    until = max(shift.ends_at, following.ends_at if following else shift.ends_at)
    carried = _carried(mall, shift, since)
    first = min([since, *carried.values()])
    found = [
        one
        for one in rounds.rounds_between(mall, first, until, now)
        if shift.team in (None, one.round.team)
    ]
    begin = {one.id: one.round.starts_at for one in found}
    return Walks(
        [o for o in found if o.id in carried or since <= begin[o.id] < shift.ends_at],
        frozenset(carried) & frozenset(begin),
        [one for one in found if begin[one.id] >= shift.ends_at],
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
    left = [one for one in walked.own if one.entry_id is None]
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
                "checklist": one.checklist,
                "title": titles.get(one.checklist, {"en": one.checklist}),
                "place": one.round.place,
                "at": asked.iso(one.round.starts_at),
                "carried": one.id in walked.carried,
            }
            for one in open_ones
        ],
    }
