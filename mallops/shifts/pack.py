"""What a phone is told of shifts: its own team's, now and while it may be away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mallops.people.models import Membership
from mallops.people.rights import LOG_READERS
from mallops.places.models import Mall
from mallops.shifts import queries, rules
from mallops.shifts.rules import Duty, Person, Shift


def pack_of(
    mall: Mall, member: Membership, now: datetime, until: datetime
) -> dict[str, Any]:
    """The shift that runs or begins next, with what follows it ``until`` then.

    A team's people are told of their own team only: it may be a contractor's.
    """
    if member.team is None and not LOG_READERS.allows(member.role):
        return {"shift": None}
    team = member.team.code if member.team else None
    shifts = queries.shifts_ahead(mall, team, now, until)
    rosters = queries.people_on_all(shifts)
    zone = ZoneInfo(mall.time_zone)
    told: dict[str, Any] | None = None
    for shift in reversed(shifts):
        told = {**_told(shift, rosters[shift.id], zone), "next": told}
    return {"shift": told}


def _told(shift: Shift, roster: Sequence[Duty], zone: ZoneInfo) -> dict[str, Any]:
    lead = rules.lead_of(roster)
    return {
        "id": shift.id,
        "name": shift.name,
        "starts_at": _iso(shift.starts_at, zone),
        "ends_at": _iso(shift.ends_at, zone),
        "people": [_person(person) for person in rules.present(roster)],
        "lead": _person(lead) if lead else None,
    }


def _person(person: Person) -> dict[str, str]:
    return {"id": str(person.id), "name": person.name}


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
