"""The part of the walk pack that findings need: what is open, and who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mallops.findings import queries, rules, words
from mallops.findings.models import Finding
from mallops.findings.queries import Viewer
from mallops.people.models import Membership, Team
from mallops.places.models import Mall

MOST = 300
# A row of the phone's list and the facts of one finding; all of it is at the desk.
CHARACTERS = 280
READERS = frozenset({"officer", "supervisor", "manager", "team", "auditor"})

# What somebody who is in a hurry need not choose; severities as in domain 4.0.
PRESET_SEVERITY = {
    "hygiene": "S3",
    "equipment": "S3",
    "fire_safety": "S1",
    "security": "S2",
    "tenant": "S3",
    "fitout": "S2",
    "staff": "S4",
    "incident": "S1",
    "complaint": "S3",
    "other": "S3",
}
# What a step asks for besides; an after-photo only where the finding had a photo.
NEEDS = {
    "wait": ("waiting_for",),
    "assign": ("team",),
    "prioritise": ("severity",),
    "fix": ("after_photo",),
}
# The step that takes a second person, and what the first one did (`rules.doubt_about`).
NOT_BY = {"verify": "fixed_by_me", "void": "opened_by_me"}


def pack_of(mall: Mall, member: Membership) -> dict[str, Any]:
    """Keys of the walk pack (docs/sync.md): what this person sees, and no more."""
    viewer, zone = queries.viewer_of(member), ZoneInfo(mall.time_zone)
    sees_any = member.role in READERS
    found = queries.open_for(mall.id, viewer, MOST) if sees_any else []
    teams = queries.teams(mall.id)
    return {
        "findings": [_finding(finding, viewer, zone) for finding in found],
        "finding_steps": {name: _step(name) for name in rules.STEPS},
        "categories": _categories({team.code for team in teams}),
        "teams": _teams(teams, found, viewer),
    }


def spoken() -> dict[str, Any]:
    """What findings are called, in the language at hand, for the phone's one page.

    ``said`` goes to its scripts as it is; the rest is drawn by the server.
    """
    steps = words.STEPS.items()
    return {
        "said": {
            "categories": _said(words.CATEGORIES),
            "severities": _said(words.SEVERITIES),
            "states": _said(words.STATES),
            "steps": {name: str(taken) for name, (taken, _) in steps},
            "waiting_for": _said(words.WAITING_FOR),
            "empty": {name: str(words.EMPTY[name]) for name in ("mine", "team", "all")},
            "operations": str(words.TEAMS[None]),
        },
        "step_buttons": {name: str(word) for name, (_, word) in steps},
        "step_icons": words.STEP_ICONS,
    }


def _said(lazy: Mapping[str, Any]) -> dict[str, str]:
    return {code: str(word) for code, word in lazy.items()}


def _finding(finding: Finding, viewer: Viewer, zone: ZoneInfo) -> dict[str, Any]:
    """One finding; what is unset or false is left out, three hundred are many."""
    me, spot = viewer.user_id, finding.unit or finding.place
    facts = {
        "id": finding.id,
        "number": finding.number,
        "severity": finding.severity,
        "state": finding.state,
        "category": finding.category,
        "team": finding.team,
        "place": finding.place.code if finding.place else None,
        "unit": finding.unit.no if finding.unit else None,
        "floor": spot.floor if spot else None,
        "checklist": finding.checklist,
        "item": finding.item,
        "title": finding.title,
        "text": _shortened(finding.text),
        "opened_at": _iso(finding.opened_at, zone),
        "opened_by": finding.opened_by.name if finding.opened_by else None,
        "fix_by": _iso(finding.fix_by, zone),
        "waiting_since": _iso(finding.waiting_since, zone),
        "waiting_for": finding.waiting_for,
        "photos": len(finding.photos),
        "seen_again": finding.seen_again,
        "acknowledged": finding.acknowledged_at is not None,
        "contradicted": finding.contradicted,
        "assigned_to_me": finding.assignee_id == me,
        "fixed_by_me": finding.fixed_by_id == me,
        "opened_by_me": finding.opened_by_id == me,
    }
    return {name: value for name, value in facts.items() if value}


def _step(name: str) -> dict[str, Any]:
    step = rules.STEPS[name]
    words = ("text",) if name in rules.NEED_TEXT else ()
    return {
        "from": sorted(step.starts),
        "to": step.ends,
        "roles": sorted(step.roles),
        "needs": [*NEEDS.get(name, ()), *words],
        "not_if": NOT_BY.get(name),
    }


def _categories(teams: set[str]) -> list[dict[str, Any]]:
    """In the order in which they are offered; the team is None for operations."""
    return [
        {
            "code": code,
            "severity": PRESET_SEVERITY[code],
            "team": rules.team_for(rules.CATEGORY_TRIGGERS[code], teams),
        }
        for code in rules.CATEGORIES
    ]


def _teams(
    teams: list[Team], found: list[Finding], viewer: Viewer
) -> list[dict[str, Any]]:
    """All of them; to a contractor's people only those their own findings name."""
    named = {viewer.team, *(finding.team for finding in found)}
    return [
        {"code": team.code, "name": team.name}
        for team in teams
        if not viewer.is_contractor or team.code in named
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + "…"


def _iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
