"""What steps and causes are called, and the lines of the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import flask_babel
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.doors.words import EVENTS

STEPS = {
    "verbal": _l("Verbal warning"),
    "written": _l("Rectification notice"),
    "penalty": _l("Penalty proposal"),
    "manager": _l("Manager's case"),
}
STEP_ICONS = {
    "verbal": "notebook-pen",
    "written": "send",
    "penalty": "triangle-alert",
    "manager": "hand",
}
CAUSES = {
    "appeal": _l("The tenant's appeal is accepted"),
    "wrong_sighting": _l("The sighting was wrong"),
    "agreed": _l("It was agreed with the tenant"),
    "other": _l("Another reason"),
}

DECIDED = _l("%(unit)s, %(day)s: %(step)s decided %(text)s")
DISMISSED = _l(
    "%(unit)s, %(day)s, %(event)s: taken out as a case. %(cause)s: %(reason)s"
)


def day_of(day: date) -> str:
    return str(flask_babel.format_date(day, "medium", rebase=False))


def summarise_decision(summary: Mapping[str, Any]) -> str:
    said = {
        "unit": summary["unit"],
        "day": day_of(date.fromisoformat(summary["day"])),
        "step": str(STEPS[summary["step"]]),
        "text": summary["text"],
    }
    return (str(DECIDED) % said).strip()


def summarise_dismissal(summary: Mapping[str, Any]) -> str:
    return str(DISMISSED) % {
        "unit": summary["unit"],
        "day": day_of(date.fromisoformat(summary["day"])),
        "event": str(EVENTS[summary["event"]]),
        "cause": str(CAUSES[summary["cause"]]),
        "reason": summary["reason"],
    }


def takes_out(cause: str, reason: str) -> str:
    """Why the finding about a closed door is void once its case was taken out."""
    said = _("Taken out as a case. %(cause)s: %(reason)s")
    return str(said) % {"cause": str(CAUSES[cause]), "reason": reason}


# -- The pages of entries: what it says, by name ------------------------------------

Facts = list[tuple[str, str]]


def decision_facts(body: Mapping[str, Any]) -> Facts:
    found = [
        (_("Unit"), body["unit"]),
        (_("Day"), day_of(date.fromisoformat(body["day"]))),
        (_("Step"), str(STEPS[body["step"]])),
    ]
    return found + ([(_("Note"), body["text"])] if body.get("text") else [])


def dismissal_facts(body: Mapping[str, Any]) -> Facts:
    return [
        (_("Unit"), body["unit"]),
        (_("Day"), day_of(date.fromisoformat(body["day"]))),
        (_("Event"), str(EVENTS[body["event"]])),
        (_("Why"), str(CAUSES[body["cause"]])),
        (_("Reason"), body["reason"]),
    ]
