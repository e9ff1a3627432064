"""What closures are called, and the lines of the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import flask_babel
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.doors.models import Closure

STATES = {
    "asked": _l("Waits for a decision"),
    "approved": _l("Approved"),
    "refused": _l("Refused"),
}
# Colour and icon of each state; never colour alone.
STATE_LOOKS = {
    "asked": ("due", "clock"),
    "approved": ("done", "check"),
    "refused": ("unknown", "x"),
}
FAULTS = {
    "ends_before_it_begins": _l("The last day is before the first."),
    "too_long": _l("Ask for at most a year at once."),
    "closed_or_hours": _l("Either it stays closed, or say when it opens or closes."),
    "no_reason": _l("Say why the shop stays closed or keeps other hours."),
}
WHOLE_MALL = _l("The whole mall")

ASKED = _l("%(unit)s, %(days)s: asked for: %(what)s. %(reason)s")
APPROVED = _l("%(unit)s, %(days)s: approved: %(what)s. %(text)s")
REFUSED = _l("%(unit)s, %(days)s: refused: %(what)s. %(text)s")
DECISION_UNKNOWN = _l("Decision on a closure that is not known here: %(text)s")


def days(first_day: date, last_day: date) -> str:
    """One day, or from one to another, as people write them."""
    first = flask_babel.format_date(first_day, "medium", rebase=False)
    if first_day == last_day:
        return str(first)
    last = flask_babel.format_date(last_day, "medium", rebase=False)
    return str(_("%(first)s to %(last)s", first=first, last=last))


def hours(closed: bool, opens_at: time | None, closes_at: time | None) -> str:
    """What is asked for instead of the usual hours."""
    if closed:
        return str(_("stays closed"))
    if opens_at and closes_at:
        return str(
            _(
                "open from %(opens)s to %(closes)s",
                opens=f"{opens_at:%H:%M}",
                closes=f"{closes_at:%H:%M}",
            )
        )
    if opens_at:
        return str(_("opens at %(at)s", at=f"{opens_at:%H:%M}"))
    return str(_("closes at %(at)s", at=f"{closes_at:%H:%M}"))


def of_days(closure: Closure) -> str:
    return days(closure.first_day, closure.last_day)


def of_hours(closure: Closure) -> str:
    return hours(closure.closed, closure.opens_at, closure.closes_at)


def explains(closure: Closure) -> str:
    """Why a finding about a closed door is void once this was approved."""
    return str(
        _(
            "Approved afterwards: %(what)s, %(days)s. %(reason)s",
            what=of_hours(closure),
            days=of_days(closure),
            reason=closure.reason,
        )
    )


def summarise_request(summary: Mapping[str, Any]) -> str:
    return (str(ASKED) % {**_said(summary), "reason": summary["reason"]}).strip()


def summarise_decision(summary: Mapping[str, Any]) -> str:
    if "first_day" not in summary:
        return str(DECISION_UNKNOWN) % {"text": summary["text"]}
    line = APPROVED if summary["verdict"] == "approved" else REFUSED
    return (str(line) % {**_said(summary), "text": summary["text"]}).strip()


def _said(summary: Mapping[str, Any]) -> dict[str, str]:
    first, last = (date.fromisoformat(summary[k]) for k in ("first_day", "last_day"))
    return {
        "unit": summary["unit"] or str(WHOLE_MALL),
        "days": days(first, last),
        "what": hours(summary["closed"], *_times(summary)),
    }


def _times(said: Mapping[str, Any]) -> tuple[time | None, time | None]:
    opens, closes = said["opens_at"], said["closes_at"]
    return (
        time.fromisoformat(opens) if opens else None,
        time.fromisoformat(closes) if closes else None,
    )


# -- The pages of entries: what it says, by name ------------------------------------

Facts = list[tuple[str, str]]


def request_facts(body: Mapping[str, Any]) -> Facts:
    plain = {"closed": True, "opens_at": None, "closes_at": None, **body}
    said = _said(plain)
    return [
        (_("Unit"), said["unit"]),
        (_("Days"), said["days"]),
        (_("Hours"), said["what"]),
        (_("Reason"), body["reason"]),
    ]


def decision_facts(body: Mapping[str, Any]) -> Facts:
    found = [(_("Decision"), str(STATES[body["verdict"]]))]
    return found + ([(_("Reason"), body["text"])] if body.get("text") else [])
