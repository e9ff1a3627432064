"""How a finding stands, what its limits are, and who may take which step (pure).

Sources: domain 4.0 (severities, triggers) and 4.11 (workflow of an issue).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

CLOSED = frozenset({"verified", "fixed_on_spot", "void"})

CATEGORIES = (
    "hygiene", "equipment", "fire_safety", "security", "tenant", "fitout", "staff",
    "incident", "complaint", "other",
)  # fmt: skip
# Whose work it is, and what it starts, when somebody saw it outside a checklist.
CATEGORY_TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "hygiene": ("CT",),
    "equipment": ("WO",),
    "fire_safety": ("SEC",),
    "security": ("SEC",),
    "tenant": ("RN",),
    "fitout": ("STOP",),
    "staff": ("SUP",),
    "incident": ("INC",),
    "complaint": ("SUP",),
    "other": ("SUP",),
}
TRIGGER_CATEGORY = {
    "INC": "incident",
    "STOP": "fitout",
    "RN": "tenant",
    "CT": "hygiene",
    "WO": "equipment",
    "SEC": "security",
    "LO": "tenant",
    "FIN": "tenant",
}
# The team a trigger calls; a mall without that team does it itself (operations).
TRIGGER_TEAM = {
    "CT": "cleaning",
    "WO": "engineering",
    "SEC": "security",
    "RN": "tenant_coordination",
    "STOP": "tenant_coordination",
    "LO": "tenant_coordination",
    "FIN": "tenant_coordination",
}
WAITING_FOR = ("part", "contractor", "tenant")


@dataclass(frozen=True)
class Limits:
    """Minutes until somebody must have taken note, and until it must be fixed."""

    acknowledge: int
    fix: int


# Domain 4.0; "next shift" of S4 is taken as eight hours.
LIMITS: Mapping[str, Limits] = {
    "S1": Limits(2, 2 * 60),
    "S2": Limits(15, 6 * 60),
    "S3": Limits(60, 24 * 60),
    "S4": Limits(8 * 60, 72 * 60),
}


@dataclass(frozen=True)
class Step:
    """From which states a step leads where (None: stays), and who may take it."""

    starts: frozenset[str]
    ends: str | None
    roles: frozenset[str]


ACTIVE = frozenset({"open", "assigned", "in_progress", "waiting", "rejected"})
_OPEN = ACTIVE | {"fixed"}
_ANY = _OPEN | CLOSED
_FLOOR = frozenset({"officer", "supervisor", "manager"})
_LEAD = frozenset({"supervisor", "manager"})
_DOERS = _FLOOR | {"team"}

STEPS: Mapping[str, Step] = {
    "acknowledge": Step(ACTIVE, None, _DOERS),
    "assign": Step(ACTIVE, "assigned", _LEAD),
    "prioritise": Step(_OPEN, None, _LEAD),
    "start": Step(ACTIVE - {"in_progress"}, "in_progress", _DOERS),
    "wait": Step(ACTIVE - {"waiting"}, "waiting", _DOERS),
    "fix": Step(ACTIVE, "fixed", _DOERS),
    "verify": Step(frozenset({"fixed"}), "verified", _FLOOR),
    "reject": Step(frozenset({"fixed"}), "rejected", _FLOOR),
    "void": Step(_OPEN, "void", _LEAD),
    "comment": Step(_ANY, None, _DOERS),
    "seen_again": Step(_ANY, None, _DOERS),
}
# Steps that take words: why it waits, why the repair is not accepted, why it is void.
NEED_TEXT = frozenset({"wait", "reject", "void", "comment"})
# Steps that only add to the record: no two of them can contradict each other.
HARMLESS = frozenset({"acknowledge", "comment", "seen_again"})


@dataclass(frozen=True)
class Opening:
    """What a finding starts from."""

    severity: str
    team: str | None
    opened_at: datetime
    fixed_on_spot: bool = False
    fix_minutes: int | None = None
    opened_by_id: int | None = None


@dataclass(frozen=True)
class Update:
    """One step as it was recorded; ``key`` orders the steps of one moment."""

    key: str
    at: datetime
    step: str
    by_id: int | None
    seen: str | None = None
    team: str | None = None
    person_id: int | None = None
    severity: str | None = None
    fix_by: datetime | None = None
    waiting_for: str | None = None


@dataclass(frozen=True)
class Standing:
    """How a finding stands after some steps; the names are the table's columns."""

    severity: str
    state: str
    team: str | None
    acknowledge_by: datetime | None
    fix_by: datetime | None
    last_step_at: datetime
    assignee_id: int | None = None
    acknowledged_at: datetime | None = None
    waiting_since: datetime | None = None
    waiting_for: str | None = None
    fixed_at: datetime | None = None
    fixed_by_id: int | None = None
    closed_at: datetime | None = None
    verified_by_id: int | None = None
    contradicted: bool = False
    seen_again: int = 0


@dataclass(frozen=True)
class Followed:
    """A finding after all its steps, and the keys of those that do not count."""

    standing: Standing
    uncounted: frozenset[str] = field(default_factory=frozenset)


def follow(
    opening: Opening,
    updates: Iterable[Update],
    limits: Mapping[str, Limits] = LIMITS,
) -> Followed:
    """How a finding stands by everything known: the same in whatever order it came.

    Steps are taken by the time they were made. One that cannot follow from where
    the finding then stood (fixed after it was declared void) is kept and shown as a
    contradiction but moves nothing, until somebody takes a step that fits.
    """
    standing = _opened(opening, limits)
    uncounted = set()
    for update in sorted(updates, key=lambda one: (one.at, one.key)):
        if standing.state in STEPS[update.step].starts:
            standing = _take(opening, standing, update, limits)
        else:
            uncounted.add(update.key)
            standing = replace(standing, contradicted=True)
    return Followed(standing, frozenset(uncounted))


def _opened(opening: Opening, limits: Mapping[str, Limits]) -> Standing:
    at, own = opening.opened_at, limits[opening.severity]
    on_spot = opening.fixed_on_spot
    minutes = own.fix if opening.fix_minutes is None else opening.fix_minutes
    return Standing(
        severity=opening.severity,
        state="fixed_on_spot" if on_spot else "open",
        team=opening.team,
        acknowledge_by=at + timedelta(minutes=own.acknowledge),
        fix_by=at + timedelta(minutes=minutes),
        last_step_at=at,
        acknowledged_at=at if on_spot else None,
        fixed_at=at if on_spot else None,
        fixed_by_id=opening.opened_by_id if on_spot else None,
        closed_at=at if on_spot else None,
    )


def _take(
    opening: Opening, before: Standing, update: Update, limits: Mapping[str, Limits]
) -> Standing:
    after = replace(before, last_step_at=max(before.last_step_at, update.at))
    state = STEPS[update.step].ends
    if state:
        after = replace(after, state=state, contradicted=False)
    if before.waiting_since and state:
        after = _resumed(after, before.waiting_since, update.at)
    if update.step not in ("comment", "seen_again") and not after.acknowledged_at:
        after = replace(after, acknowledged_at=update.at)
    return replace(after, **_changes(opening, after, update, limits))


def _resumed(standing: Standing, since: datetime, until: datetime) -> Standing:
    """The clock stood still meanwhile, so the limit moves on."""
    fix_by = standing.fix_by + (until - since) if standing.fix_by else None
    return replace(standing, waiting_since=None, waiting_for=None, fix_by=fix_by)


def _changes(
    opening: Opening, now: Standing, update: Update, limits: Mapping[str, Limits]
) -> dict[str, Any]:
    """What one step changes besides the state."""
    match update.step:
        case "assign":
            fix_by = update.fix_by or now.fix_by
            own = {"team": update.team, "assignee_id": update.person_id}
            return {**own, "fix_by": fix_by}
        case "prioritise":
            return _prioritised(opening, now, update, limits)
        case "wait":
            return {"waiting_since": update.at, "waiting_for": update.waiting_for}
        case "fix":
            return {"fixed_at": update.at, "fixed_by_id": update.by_id}
        case "reject":
            return {"fixed_at": None, "fixed_by_id": None}
        case "verify":
            return {"closed_at": update.at, "verified_by_id": update.by_id}
        case "void":
            return {"closed_at": update.at}
        case "seen_again":
            return {"seen_again": now.seen_again + 1}
    return {}


def _prioritised(
    opening: Opening, now: Standing, update: Update, limits: Mapping[str, Limits]
) -> dict[str, Any]:
    """Another severity brings its own limits, counted from the opening."""
    severity = update.severity or now.severity
    if severity == now.severity:
        return {"fix_by": update.fix_by or now.fix_by}
    own, at = limits[severity], opening.opened_at
    return {
        "severity": severity,
        "acknowledge_by": at + timedelta(minutes=own.acknowledge),
        "fix_by": update.fix_by or at + timedelta(minutes=own.fix),
    }


def opens_finding(severity: str | None, triggers: Iterable[str]) -> bool:
    """Whether a failed item is followed up: all but what is only to be logged.

    A fail of S1 to S3 is carried over until it is closed (domain 4.0, ``LOG``).
    """
    return severity in ("S1", "S2", "S3") or bool(set(triggers) - {"LOG"})


def category_of(triggers: Iterable[str]) -> str:
    """The category of a failed item, from the first trigger that says one."""
    given = set(triggers)
    found = (category for code, category in TRIGGER_CATEGORY.items() if code in given)
    return next(found, "other")


def team_for(triggers: Iterable[str], teams: Iterable[str]) -> str | None:
    """The team a fail calls, if the mall has it; None: operations see to it."""
    known = set(teams)
    called = (TRIGGER_TEAM.get(code) for code in triggers)
    return next((team for team in called if team in known), None)


def limits_of(settings: Mapping[str, Any]) -> dict[str, Limits]:
    """The limits in force in a mall: the shipped ones, and what it sets itself."""
    own = settings.get("limits", {})
    return {
        severity: Limits(**{**vars(shipped), **own.get(severity, {})})
        for severity, shipped in LIMITS.items()
    }


def doubt_about(
    step: str,
    *,
    by_id: int | None,
    role: str | None,
    team: str | None,
    standing: Standing,
    opened_by_id: int | None,
) -> str | None:
    """Why a person may not take a step by themselves, as a code; None: they may.

    ``role_lacks_right`` and ``not_your_team``: the step is somebody else's.
    ``second_person``: fixer and verifier, finder and voider must be two people.
    """
    if role not in STEPS[step].roles:
        return "role_lacks_right"
    if role == "team" and team != standing.team:
        return "not_your_team"
    same_fixer = step == "verify" and by_id == standing.fixed_by_id
    same_finder = step == "void" and by_id == opened_by_id
    return "second_person" if same_fixer or same_finder else None


def is_overdue(standing_fix_by: datetime | None, waiting: bool, now: datetime) -> bool:
    """Past its time to be fixed; the clock stands still while it waits."""
    return not waiting and standing_fix_by is not None and now > standing_fix_by
