"""What permits are called, and one of them in a line."""

from __future__ import annotations

from datetime import datetime

import flask_babel
from babel.dates import format_skeleton
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

KINDS = {
    "fitout_permit": _l("Fit-out permit"),
    "hot_work_permit": _l("Hot work permit"),
    "goods_permit": _l("Goods removal permit"),
    "event": _l("Event or promotion"),
    "visit": _l("Visit"),
    "delivery": _l("Goods delivery"),
}
STATES = {
    "coming": _l("To come"),
    "valid": _l("In force now"),
    "over": _l("Over"),
    "expired": _l("Ran out, not checked off"),
    "done": _l("Closed"),
    "cancelled": _l("Cancelled"),
}
# Colour and icon of each state; never colour alone.
STATE_LOOKS = {
    "coming": ("due", "clock"),
    "valid": ("done", "check"),
    "over": ("unknown", "clock"),
    "expired": ("late", "circle-alert"),
    "done": ("unknown", "check"),
    "cancelled": ("unknown", "x"),
}
FAULTS = {
    "ends_before_it_begins": _l("It ends before it begins."),
    "too_long": _l("Enter at most a year at once."),
}


def window(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when, by the clock both moments carry: ``21 Nov 22:00–23:30``."""
    until = f"{ends_at:%H:%M}"
    if starts_at.date() != ends_at.date():
        until = f" {_day(ends_at)} {until}"
    dash = "–" if starts_at.date() == ends_at.date() else " –"
    return f"{_day(starts_at)} {starts_at:%H:%M}{dash}{until}"


def _day(moment: datetime) -> str:
    locale = flask_babel.get_locale()
    return str(format_skeleton("MMMd", moment.date(), locale=locale))


def people(number: int | None) -> str:
    return ngettext("%(num)s person", "%(num)s people", number) if number else ""
