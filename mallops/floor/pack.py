"""The walk pack: all a phone needs for a shift without network, as one JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mallops.checklists import queries as checklists
from mallops.checklists.models import ChecklistVersion
from mallops.doors import pack as doors
from mallops.findings import pack as findings
from mallops.notices import pack as notices
from mallops.people.models import Membership, User
from mallops.places import queries as places
from mallops.places import rules as place_rules
from mallops.places.models import Mall, Tenant, Unit
from mallops.rounds import queries as rounds
from mallops.rounds.queries import RoundOnDay
from mallops.shifts import pack as shifts
from mallops.signatures import pack as signatures

# A phone may be away for a shift and a half before it asks again.
AHEAD = timedelta(hours=14)
# What a script or a form has to know of an item; its words are in the form.
ITEM_KEYS = (
    "code",
    "type",
    "required",
    "photo",
    "allow_na",
    "severity",
    "unit",
    "min",
    "max",
    "latest",
    "plan",
    "tolerance_minutes",
    "choices",
    "pair",
    "meter",
    "auto",
    "limits",
)


def pack_for(
    user: User, member: Membership, mall: Mall, now: datetime
) -> dict[str, Any]:
    """The pack of one person (docs/sync.md, walk pack)."""
    zone = ZoneInfo(mall.time_zone)
    day = place_rules.business_day(now, mall.time_zone, mall.day_starts_at)
    _, ends_at = place_rules.day_bounds(day, mall.time_zone, mall.day_starts_at)
    versions = checklists.current_versions(mall.id)
    units = places.units_of(mall.id, day)
    return {
        "mall": mall.code,
        "mall_name": mall.name,
        "time_zone": mall.time_zone,
        "business_day": day.isoformat(),
        "day_ends_at": _iso(ends_at, zone),
        "server_time": _iso(now, zone),
        "person": _person(user, member),
        "places": _places(mall),
        "units": [_unit(unit, tenant) for unit, tenant in units],
        "checklists": [_checklist(mall, version) for version in versions],
        "rounds": _rounds(mall, member, now, {v.code: v.version for v in versions}),
        "readings": [
            _reading(r, zone) for r in checklists.last_readings(mall.id).values()
        ],
        "plan_times": place_rules.plan_times(mall.settings, day),
        "photo_line": bool(mall.settings.get("photo_line")),
        "handover_reading": mall.settings.get("handover_reading", "remind"),
        **findings.pack_of(mall, member),
        **notices.pack_of(mall, member),
        **shifts.pack_of(mall, member, now, now + AHEAD),
        **doors.pack_of(mall, member, units, day),
        **signatures.pack_of(member),
    }


def _person(user: User, member: Membership) -> dict[str, Any]:
    team = member.team.code if member.team else None
    return {"id": str(user.id), "name": user.name, "role": member.role, "team": team}


def _places(mall: Mall) -> list[dict[str, Any]]:
    found = places.places_of(mall.id)
    codes = {place.id: place.code for place in found}
    return [
        {
            "code": place.code,
            "kind": place.kind,
            "floor": place.floor,
            "zone": codes.get(place.zone_id or 0),
            "name": place.name,
        }
        for place in found
    ]


def _unit(unit: Unit, tenant: Tenant | None) -> dict[str, Any]:
    return {
        "no": unit.no,
        "floor": unit.floor,
        "zone": unit.zone.code,
        "kind": unit.kind,
        "tenant": tenant.name if tenant else None,
        "state": unit.state,
        "opens_on": unit.opens_on.isoformat() if unit.opens_on else None,
    }


def _checklist(mall: Mall, version: ChecklistVersion) -> dict[str, Any]:
    definition = version.definition
    return {
        "code": version.code,
        "version": version.version,
        "title": version.title,
        "place_kinds": definition["place_kinds"],
        "form": f"/floor/forms/{mall.code}/{version.code}/{version.version}",
        "items": [
            {
                **{key: item[key] for key in ITEM_KEYS if item[key] is not None},
                "applies_to": section["applies_to"],
            }
            for section in definition["sections"]
            for item in section["items"]
        ],
    }


def _rounds(
    mall: Mall, member: Membership, now: datetime, versions: dict[str, int]
) -> list[dict[str, Any]]:
    """Mine for this business day, and of the next one what a long shift may reach."""
    zone = ZoneInfo(mall.time_zone)
    day = place_rules.business_day(now, mall.time_zone, mall.day_starts_at)
    today = rounds.rounds_of_day(mall, day, now, doer=member)
    next_day = rounds.rounds_of_day(mall, day + timedelta(days=1), now, doer=member)
    soon = [on_day for on_day in next_day if on_day.round.opens_at < now + AHEAD]
    return [
        _round(on_day, versions[on_day.checklist], zone)
        for on_day in today + soon
        if on_day.checklist in versions
    ]


def _round(on_day: RoundOnDay, version: int, zone: ZoneInfo) -> dict[str, Any]:
    planned = on_day.round
    moments = ("starts_at", "opens_at", "late_after", "due_at", "closes_at")
    return {
        "id": planned.id,
        "checklist": planned.checklist,
        "version": version,
        "place": planned.place,
        **{name: _iso(getattr(planned, name), zone) for name in moments},
        "state": on_day.state,
        "walked": on_day.entry_id is not None,
    }


def _reading(reading: checklists.Reading, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "spot": reading.spot,
        "meter": reading.meter,
        "value": reading.value,
        "read_at": _iso(reading.read_at, zone),
    }


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
