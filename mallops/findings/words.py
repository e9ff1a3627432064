"""What states, steps, categories and severities are called; the lines of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from mallops.web import in_words

STATES = {
    "open": _l("Open"),
    "assigned": _l("Assigned"),
    "in_progress": _l("In progress"),
    "waiting": _l("Waiting"),
    "rejected": _l("Not accepted"),
    "fixed": _l("Fixed, to re-check"),
    "verified": _l("Verified"),
    "fixed_on_spot": _l("Fixed on the spot"),
    "void": _l("Void"),
}
# What a step is called once taken, and on the button that takes it.
STEPS = {
    "acknowledge": (_l("Acknowledged"), _l("Acknowledge")),
    "assign": (_l("Assigned"), _l("Assign")),
    "prioritise": (_l("Severity changed"), _l("Change severity")),
    "start": (_l("Started"), _l("Start")),
    "wait": (_l("Set to waiting"), _l("Wait")),
    "fix": (_l("Fixed"), _l("Fixed")),
    "verify": (_l("Re-checked: in order"), _l("In order")),
    "reject": (_l("Re-checked: not in order"), _l("Not in order")),
    "void": (_l("Declared void"), _l("Declare void")),
    "comment": (_l("Comment"), _l("Comment")),
    "seen_again": (_l("Seen again, still open"), _l("Still open")),
}
CATEGORIES = {
    "hygiene": _l("Hygiene"),
    "equipment": _l("Equipment"),
    "fire_safety": _l("Fire safety"),
    "security": _l("Security"),
    "tenant": _l("Shop violation"),
    "fitout": _l("Fit-out"),
    "staff": _l("Staff"),
    "incident": _l("Incident"),
    "complaint": _l("Complaint"),
    "other": _l("Other"),
}
SEVERITIES = {
    "S1": _l("S1 Danger to people"),
    "S2": _l("S2 Trading or many visitors affected"),
    "S3": _l("S3 Standard defect"),
    "S4": _l("S4 Cosmetic"),
}
WAITING_FOR = {
    "part": _l("a part"),
    "contractor": _l("a contractor"),
    "tenant": _l("the tenant"),
}
TEAMS = {
    None: _l("Operations"),
}

FOUND = _l("%(category)s, %(severity)s at %(place)s: %(text)s")
FIXED_ON_SPOT = _l("%(category)s at %(place)s, fixed on the spot: %(text)s")
TAKEN = _l("%(step)s: finding %(number)s %(text)s")


def category(code: str) -> str:
    return str(CATEGORIES[code])


def severity(code: str) -> str:
    return str(SEVERITIES[code])


def state(code: str) -> str:
    return str(STATES[code])


def step_taken(code: str) -> str:
    return str(STEPS[code][0])


def waiting_for(code: str) -> str:
    return str(WAITING_FOR[code])


def summarise_finding(summary: Mapping[str, Any]) -> str:
    words = {
        "category": str(CATEGORIES[summary["category"]]),
        "severity": summary["severity"],
        "place": summary["place"],
        "text": summary["text"],
    }
    return str(FIXED_ON_SPOT if summary["fixed_on_spot"] else FOUND) % words


def summarise_update(summary: Mapping[str, Any]) -> str:
    """Which step, of which finding, and the words that came with it."""
    said = [in_words(summary["title"]) if summary["title"] else "", summary["text"]]
    return str(TAKEN) % {
        "step": str(STEPS[summary["step"]][0]),
        "number": summary["number"] or "?",
        "text": " – ".join(word for word in said if word),
    }
