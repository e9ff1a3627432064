"""What door states are called, and the lines of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from mallops.findings.models import Finding

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
STATES = {
    "not_seen": _l("not seen yet"),
    "closed_before": _l("closed before its hour"),
    "open_before": _l("open before its closing hour"),
    "on_time": _l("on time"),
    "open": _l("open"),
    "late": _l("late"),
    "not_open": _l("not open"),
    "closed": _l("closed"),
    "early": _l("closed early"),
    "late_approved": _l("still trading, approved"),
    "late_unapproved": _l("still trading, not approved"),
    **EXEMPT,
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


def state_told(state: str, least: int | None, most: int | None) -> str:
    """How a shop stood, and how far from its hour, as far as that was seen.

    ``least`` and ``most`` in minutes; None: not known, so it is not said either.
    """
    if most is not None and state in ("open", "closed"):
        return _first_seen(state, most)
    if least is None and most is None:
        return str(STATES[state])
    span = _span(least, most)
    return str(_("%(state)s, %(span)s", state=STATES[state], span=span))


def _first_seen(state: str, minutes: int) -> str:
    """So long after its hour that nobody knows since when."""
    if state == "open":
        told = _("open, first seen so %(span)s after its hour", span=_spelt(minutes))
    else:
        told = _("closed, first seen so %(span)s after its hour", span=_spelt(minutes))
    return str(told)


def _span(least: int | None, most: int | None) -> str:
    if most is None:
        return str(_("at least %(span)s", span=_spelt(least or 0)))
    if least is None:
        return str(_("at most %(span)s", span=_spelt(most)))
    if least == most:
        return _spelt(most)
    if most < _HOURS_FROM:
        told = _("between %(least)s and %(most)s minutes", least=least, most=most)
    else:
        told = _(
            "between %(least)s and %(most)s", least=_spelt(least), most=_spelt(most)
        )
    return str(told)


_HOURS_FROM = 120  # minutes; nobody sees at once how long 784 are


def _spelt(minutes: int) -> str:
    if minutes < _HOURS_FROM:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return time_off(minutes)


def time_off(minutes: int) -> str:
    """How far from an hour: 85 min, and from two hours on 13 h 4 min."""
    hours, rest = divmod(minutes, 60)
    if minutes < _HOURS_FROM:
        return str(_("%(minutes)s min", minutes=minutes))
    if rest == 0:
        return str(_("%(hours)s h", hours=hours))
    return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))


def times_off(least: int, most: int) -> str:
    """From one to another; the same minutes twice are one."""
    if least == most:
        return time_off(most)
    if most < _HOURS_FROM:
        return str(_("%(least)s–%(most)s min", least=least, most=most))
    return f"{time_off(least)} – {time_off(most)}"


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


def told_of(found: Sequence[Finding]) -> list[tuple[str, str]]:
    """What became of findings about a closed door that was explained."""
    void = sum(finding.state == "void" for finding in found)
    left = len(found) - void
    taken_out = ngettext(
        "%(num)s finding about the closed door is void now.",
        "%(num)s findings about closed doors are void now.",
        void,
    )
    not_yours = ngettext(
        "%(num)s finding stays open: you saw the closed door yourself, so somebody "
        "else must declare it void.",
        "%(num)s findings stay open: you saw the closed doors yourself, so somebody "
        "else must declare them void.",
        left,
    )
    told = [(void, taken_out, "done"), (left, not_yours, "late")]
    return [(str(text), look) for count, text, look in told if count]
