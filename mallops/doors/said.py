"""What is known of a door, in the words of the wall: no minute that was not proved."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.doors.standing import Seen, group_of
from mallops.doors.words import time_off, times_off

GROUPS: dict[str, Any] = {
    "on_time": _l("on time"),
    "late": _l("late"),
    "not_open": _l("not open"),
    "unconfirmed": _l("not confirmed"),
    "unclear": _l("since when not known"),
    "before": _l("before the hour"),
    "not_seen": _l("not seen"),
    "early": _l("early"),
    "after_hours": _l("after hours"),
    "approved": _l("after hours, approved"),
}
MARKS: dict[str, Any] = {
    "contradicted": _l("contradicted"),
    "bulk": _l("marked with its zone"),
    "exempt": _l("need not open"),
}
_OPENING: dict[str, Any] = {
    "on_time": _l("On time"),
    "late": _l("Opened late"),
    "not_open": _l("Not open"),
    "open": _l("Seen open"),
    "closed_before": _l("Not open yet"),
}
_CLOSING: dict[str, Any] = {
    "on_time": _l("On time"),
    "early": _l("Early"),
    "late_unapproved": _l("After hours"),
    "late_approved": _l("After hours, approved"),
    "closed": _l("Seen closed"),
    "open_before": _l("Still open"),
}
_BOTH: dict[str, Any] = {
    "not_seen": _l("Not seen"),
    "vacant": _l("Vacant"),
    "fitout": _l("Fit-out"),
    "approved_closure": _l("Approved closure"),
    "closed_day": _l("Closed all day"),
}
STATES: dict[str, dict[str, Any]] = {
    "opening": _BOTH | _OPENING,
    "closing": _BOTH | _CLOSING,
}
CASES: dict[str, Any] = {
    "late": _l("Counts as late"),
    "not_open": _l("Counts as not open"),
    "early": _l("Counts as early"),
}
FILTER_ERRORS: dict[str, Any] = {
    "bad_floor": _l("There is no such floor here."),
    "bad_zone": _l("There is no such zone here."),
    "bad_category": _l("There is no such trade category."),
    "bad_state": _l("There is no such state of doors."),
    "bad_q": _l("Search for at most 100 characters."),
    "bad_sort": _l("A month cannot be sorted by that."),
    "bad_all": _l("Either shops with something to say, or all."),
}


class Said(NamedTuple):
    """A state in words: what, and how far off or when."""

    word: str
    detail: str


def state_name(event: str, state: str) -> str:
    return str(STATES[event].get(state) or state.replace("_", " "))


def said(event: str, seen: Seen, clock: str) -> Said:
    """``clock``: when the sighting was made that decides, on the mall's clock."""
    word, group = state_name(event, seen.state), group_of(event, seen)
    if group in ("late", "not_open", "early", "after_hours", "approved"):
        return Said(word, minutes(seen.least, seen.most) or clock)
    if group == "unconfirmed":
        return Said(word, _("at %(time)s, not confirmed", time=clock))
    if group == "unclear":
        return Said(word, _("at %(time)s, since when not known", time=clock))
    return Said(word, clock if group != "exempt" else "")


def minutes(least: int | None, most: int | None) -> str:
    """How far off: between two bounds, or one of them."""
    if least is None:
        told = _("at most %(span)s", span=time_off(most)) if most is not None else ""
        return str(told)
    if most is None:
        return str(_("≥ %(span)s", span=time_off(least)))
    return times_off(least, most)
