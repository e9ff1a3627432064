"""What door states are called, and the lines of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

STATUSES = {
    "on_time": _l("open"),
    "late": _l("open, late"),
    "not_open": _l("not open"),
    "closed": _l("closed"),
    "early": _l("closed early"),
    "late_approved": _l("still trading, approved"),
    "late_unapproved": _l("still trading, not approved"),
    "approved_closure": _l("approved closure"),
    "fitout": _l("fit-out"),
    "vacant": _l("vacant"),
}
# Why a shop need not be open, before anybody looked.
EXEMPT = {
    "vacant": STATUSES["vacant"],
    "fitout": STATUSES["fitout"],
    "approved_closure": STATUSES["approved_closure"],
    "closed_day": _l("closed this day"),
}
EVENTS = {"opening": _l("Opening"), "closing": _l("Closing")}
HOW = {"bulk": _l("marked with its zone"), "scan": _l("code scanned")}
REASONS = {
    "staff_late": _l("staff late"),
    "delivery": _l("delivery"),
    "system_fault": _l("system fault"),
    "dispute": _l("dispute"),
    "unknown": _l("reason not known"),
}

UNDONE = _l("taken back")

SEEN = _l("%(unit)s, %(event)s: %(status)s")
SEEN_SO = _l("%(unit)s, %(event)s: %(status)s (%(how)s)")
WITHDRAWN = _l("Door withdrawn, %(event)s: %(status)s %(reason)s")
WITHDRAWN_UNKNOWN = _l("Door withdrawn, not known here: %(reason)s")


def summarise_door(summary: Mapping[str, Any]) -> str:
    words = {
        "unit": summary["unit"],
        "event": str(EVENTS[summary["event"]]),
        "status": str(STATUSES[summary["status"]]),
    }
    if how := summary.get("how"):
        return str(SEEN_SO) % {**words, "how": str(HOW[how])}
    return str(SEEN) % words


def summarise_withdrawal(summary: Mapping[str, Any]) -> str:
    if "status" not in summary:
        return str(WITHDRAWN_UNKNOWN) % {"reason": summary["reason"]}
    return str(WITHDRAWN) % {
        "event": str(EVENTS[summary["event"]]),
        "status": str(STATUSES[summary["status"]]),
        "reason": summary["reason"],
    }
