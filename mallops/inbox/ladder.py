"""The ladders: who is told what and when, of a finding by its severity.

Domain 4.0, column "escalate to". Each line is a step and whom it tells:

``opened``               as soon as the finding is there
``assigned``             as soon as it is somebody's: a team's, or one person's
``acknowledge_100``      so many per cent of the time to take note of it has passed
``acknowledge_5_min``    so many minutes after it was found nobody has taken note
``fix_50``, ``fix_240_min``   the same of the time to fix it
``weekly``               once a week, in one line for all that are open

``doers`` are who is to fix it: the person it is assigned to, else the team.

Of the handover of a shift (domain 4.11, "refused → OM"):

``refused``              as soon as the incoming refuses it
``sign_again``           as soon as a manager wants it signed again
``unsigned_30_min``      so many minutes after the shift's end nobody has signed it
``unaccepted_60_min``    so many minutes after both that end and the signature

``outgoing`` is who signed it, before that who leads the shift that goes, ``incoming``
who leads the one that comes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Ladder = Mapping[str, tuple[str, ...]]

LADDERS: Mapping[str, Ladder] = {
    "S1": {
        "opened": ("supervisor",),
        "assigned": ("doers",),
        "acknowledge_5_min": ("manager",),
        "acknowledge_15_min": ("manager",),
        "fix_50": ("doers",),
        "fix_80": ("doers", "supervisor"),
        "fix_100": ("supervisor", "manager"),
    },
    "S2": {
        "assigned": ("doers",),
        "acknowledge_100": ("supervisor",),  # 15 minutes
        "acknowledge_120_min": ("manager",),
        "fix_50": ("doers",),
        "fix_80": ("doers", "supervisor"),
        "fix_100": ("supervisor", "manager"),
    },
    "S3": {
        "assigned": ("doers",),
        "acknowledge_100": ("supervisor",),
        "fix_50": ("doers",),
        "fix_80": ("doers",),
        "fix_100": ("supervisor",),
    },
    "S4": {
        "assigned": ("doers",),
        "fix_50": ("doers",),
        "fix_80": ("doers",),
        "weekly": ("supervisor",),
    },
}

HANDOVER: Ladder = {
    "refused": ("outgoing", "manager"),
    "sign_again": ("outgoing",),
    "unsigned_30_min": ("outgoing",),
    "unsigned_120_min": ("manager",),
    "unaccepted_60_min": ("incoming",),
    "unaccepted_120_min": ("manager",),
}
HANDOVER_TOLD = ("outgoing", "incoming", "supervisor", "manager")
HANDOVER_STEP = re.compile(
    r"(?P<alone>refused|sign_again)"
    r"|(?P<lacks>unsigned|unaccepted)_(?P<minutes>[1-9][0-9]{0,4})_min"
)

# Whoever is not there is replaced by the next.
UPWARDS = ("doers", "supervisor", "manager")
LEADERS = frozenset({"supervisor", "manager"})
TOLD = ("doers", "officer", "supervisor", "manager")
STEP = re.compile(
    r"(?P<alone>opened|assigned|weekly)"
    r"|(?P<limit>acknowledge|fix)_(?P<number>[1-9][0-9]{0,4})(?P<minutes>_min)?"
)


def ladders_of(settings: Mapping[str, Any]) -> dict[str, Ladder]:
    """The ladders in force in a mall: a severity it names is all its own."""
    own: Mapping[str, Mapping[str, Any]] = settings.get("escalation", {})
    return {
        severity: {about: tuple(tell) for about, tell in own[severity].items()}
        if severity in own
        else shipped
        for severity, shipped in LADDERS.items()
    }


def handover_ladder_of(settings: Mapping[str, Any]) -> Ladder:
    """The one in force for the handovers of a mall."""
    own: Mapping[str, Any] | None = settings.get("escalation", {}).get("handover")
    return HANDOVER if own is None else {k: tuple(tell) for k, tell in own.items()}


def problems_of(own: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a mall's own ladders say that nobody can act upon."""
    named = {*LADDERS, "handover"}
    found = [f"escalation: unknown severity {s!r}" for s in own if s not in named]
    for name, ladder in own.items():
        step = HANDOVER_STEP if name == "handover" else STEP
        people = HANDOVER_TOLD if name == "handover" else TOLD
        for about, tell in ladder.items():
            if not step.fullmatch(about):
                found.append(f"escalation {name}: unknown step {about!r}")
            known = set(people) - ({"doers"} if about == "weekly" else set())
            found += [
                f"escalation {name} {about}: unknown {who!r}"
                for who in tell
                if who not in known
            ]
    return found
