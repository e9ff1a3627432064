"""The handover of a shift as it stands now, put together from what the mall knows.

A plain dict of facts, codes, numbers and names; words are made when it is shown. It
holds no time of its own, so it changes only with news: who signs it signs its digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mallops.handovers import ahead, coverage, sections, seen, walks
from mallops.handovers.coverage import Asked
from mallops.people import queries as people
from mallops.places.models import Mall
from mallops.shifts import queries as shifts
from mallops.shifts import rules as shift_rules
from mallops.shifts.queries import Beside
from mallops.shifts.rules import Duty, Shift


def snapshot(
    mall: Mall, beside: Beside, since: datetime, now: datetime
) -> dict[str, Any]:
    """What the shift hands over (TPL-SHIFT, S01 to S12), stamped (``seen``).

    Keys as in docs/sync.md.

    Args:
        since: from when on it covers what was recorded (``windows``).
    """
    shift, following = beside.shift, beside.following
    both = [one for one in (shift, following) if one]
    rosters = shifts.people_on_all(both)
    team_ids = coverage.team_members(mall.id, shift.team, since, shift.ends_at)
    asked = Asked(mall, shift, since, now, team_ids)
    walked = walks.walks(mall, beside, now)
    covered, through = coverage.covered(asked)
    team = people.find_team(mall.id, shift.team) if shift.team else None
    team_name = team.name if team else None
    found = {
        "v": 1,
        "mall": mall.code,
        "shift": _shift(shift, team_name, asked.zone),
        "next_shift": following
        and {
            **_shift(following, team_name, asked.zone),
            "people": _there(rosters[following.id]),
        },
        "people": _people(rosters[shift.id]),
        "rounds": walks.rounds_of(walked, asked),
        "findings": sections.findings(asked),
        "doors": sections.doors(asked),
        "notices": sections.notices(asked),
        "penalties": sections.penalties(asked),
        "notes": coverage.notes(asked),
        "next": ahead.of(walked.ahead, following, asked),
        "assets": sections.assets(asked),
        "instructions": sections.instructions(asked),
        # To the last fraction: what another handover covers must not be covered here.
        "covers_from": since.astimezone(asked.zone).isoformat(),
        "covered": covered,
        "through": through,
    }
    return seen.stamped(found)


def _shift(
    shift: Shift, team_name: dict[str, str] | None, zone: ZoneInfo
) -> dict[str, Any]:
    return {
        "id": shift.id,
        "name": shift.name,
        "team": shift.team,
        "team_name": team_name,
        "day": shift.day.isoformat(),
        "starts_at": coverage.iso(shift.starts_at, zone),
        "ends_at": coverage.iso(shift.ends_at, zone),
    }


def _there(duties: Sequence[Duty]) -> list[dict[str, str]]:
    return [
        {"id": str(one.id), "name": one.name} for one in shift_rules.present(duties)
    ]


def _people(duties: Sequence[Duty]) -> dict[str, list[dict[str, Any]]]:
    lead = shift_rules.lead_of(duties)
    return {
        "on": [
            {"id": str(one.id), "name": one.name, "lead": one == lead}
            for one in shift_rules.present(duties)
        ],
        "absent": [
            {
                "id": str(duty.person.id),
                "name": duty.person.name,
                "reason": duty.absent_reason,
                "replaced_by": duty.replaced_by.name if duty.replaced_by else None,
            }
            for duty in duties
            if duty.is_absent
        ],
    }
