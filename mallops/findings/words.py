"""What states, steps, categories and severities are called; the lines of the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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
TABS = {
    "all": _l("All open"),
    "mine": _l("Mine"),
    "team": _l("My team's"),
    "overdue": _l("Overdue"),
    "recheck": _l("To re-check"),
    "closed": _l("Closed"),
}
# How a form asks for words; None: any other step.
ASK_FOR_TEXT = {
    None: _l("Note (may stay empty)"),
    "fix": _l("What was done (may stay empty)"),
    "wait": _l("Why it waits"),
    "reject": _l("What is not in order"),
    "void": _l("Why it is void"),
    "comment": _l("Comment"),
}
# What a list without findings says.
EMPTY = {
    "all": _l("Nothing is open. What is found on the floor appears here."),
    "mine": _l("Nothing open was found by you or given to you."),
    "team": _l("Your team has nothing open."),
    "overdue": _l("Nothing is overdue."),
    "recheck": _l("Nothing waits for a re-check."),
    "closed": _l("No finding has been closed yet."),
}
STATE_ICONS = {
    "open": "circle-alert",
    "assigned": "user",
    "in_progress": "wrench",
    "waiting": "hand",
    "rejected": "x",
    "fixed": "eye",
    "verified": "check",
    "fixed_on_spot": "check",
    "void": "ban",
}
STEP_ICONS = {
    "acknowledge": "eye",
    "assign": "send",
    "prioritise": "flame",
    "start": "wrench",
    "wait": "hand",
    "fix": "check",
    "verify": "check",
    "reject": "x",
    "void": "ban",
    "comment": "pen-line",
    "seen_again": "rotate-ccw",
}
FILTER_ERRORS = {
    "bad_tab": _l("There is no such list of findings."),
    "bad_zone": _l("There is no such zone here."),
    "bad_unit": _l("There is no unit with this number here."),
    "bad_category": _l("There is no such category."),
    "bad_severity": _l("There is no such severity."),
    "bad_team": _l("There is no such team here."),
    "bad_q": _l("Search for at most 100 characters."),
    "bad_after": _l("This page of the list is not there. Start at the first one."),
}
# What incidents and complaints ask for besides: label and hint.
DETAILS = {
    "people": (_l("People involved"), _l("Who, and how they can be reached.")),
    "course": (_l("What happened, in order"), _l("With times, as they are known.")),
    "told": (_l("Who was told, and when"), ""),
    "emergency_called": (_l("Emergency services called"), ""),
    "complainant": (_l("Who complains"), ""),
    "from_whom": (_l("Name"), ""),
    "contact": (_l("How to reach them"), ""),
    "wish": (_l("What they ask for"), ""),
    "outcome": (_l("Outcome"), ""),
    "outcome_told_at": (_l("Outcome told to the person"), ""),
}
COMPLAINANTS = {"customer": _l("a customer"), "tenant": _l("a tenant")}

FOUND = _l("%(category)s, %(severity)s at %(place)s: %(text)s")
FIXED_ON_SPOT = _l("%(category)s at %(place)s, fixed on the spot: %(text)s")
WARNED = _l("%(category)s at %(place)s: %(warning)s. %(text)s")
WARNINGS = {"verbal": _l("verbal warning"), "written": _l("written warning")}
TAKEN = _l("%(step)s: finding %(number)s %(text)s")


def category(code: str) -> str:
    return str(CATEGORIES[code])


def severity(code: str) -> str:
    return str(SEVERITIES[code])


def state(code: str) -> str:
    return str(STATES[code])


def state_icon(code: str) -> str:
    return STATE_ICONS[code]


def step_taken(code: str) -> str:
    return str(STEPS[code][0])


def step_to_take(code: str) -> str:
    return str(STEPS[code][1])


def step_icon(code: str) -> str:
    return STEP_ICONS[code]


def waiting_for(code: str) -> str:
    return str(WAITING_FOR[code])


def summarise_finding(summary: Mapping[str, Any]) -> str:
    words = {
        "category": str(CATEGORIES[summary["category"]]),
        "severity": summary["severity"],
        "place": summary["place"],
        "text": summary["text"],
    }
    if warning := summary.get("warning"):
        return str(WARNED) % {**words, "warning": str(WARNINGS[warning])}
    return str(FIXED_ON_SPOT if summary["fixed_on_spot"] else FOUND) % words


def summarise_update(summary: Mapping[str, Any]) -> str:
    """Which step, of which finding, and the words that came with it."""
    said = [in_words(summary["title"]) if summary["title"] else "", summary["text"]]
    return str(TAKEN) % {
        "step": str(STEPS[summary["step"]][0]),
        "number": summary["number"] or "?",
        "text": " – ".join(word for word in said if word),
    }


def day_and_minute(moment: datetime, time_zone: str) -> str:
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M")


def told_at(text: str, time_zone: str) -> str:
    """A moment out of the details of a finding, on the mall's clock."""
    return day_and_minute(datetime.fromisoformat(text), time_zone)
