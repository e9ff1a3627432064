"""What happened to a roster, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import flask_babel
from babel.dates import format_skeleton
from flask_babel import gettext as _
from flask_babel import ngettext

from mallops.shifts.models import RosterChange
from mallops.shifts.roster import Copied
from mallops.web import between_names


def short_day(day: date) -> str:
    """Sat, 21 Nov, as a list of days says it."""
    return str(format_skeleton("MMMEd", day, locale=flask_babel.get_locale()))


def change(one: RosterChange) -> str:
    """A line of the history: what was done about whom."""
    name = one.user.name
    if one.what == "absent":
        return _absence(one, name)
    said: dict[str, str] = {
        "added": _("%(name)s put on the shift", name=name),
        "removed": _("%(name)s taken off the shift", name=name),
        "leads": _("%(name)s leads", name=name),
        "leads_not": _("%(name)s leads no more", name=name),
        "back": _("%(name)s is there after all", name=name),
    }
    return said[one.what]


def _absence(one: RosterChange, name: str) -> str:
    if one.replaced_by is None:
        return str(_("%(name)s absent: %(why)s", name=name, why=one.reason))
    text = _(
        "%(name)s absent: %(why)s; %(other)s stands in",
        name=name,
        why=one.reason,
        other=one.replaced_by.name,
    )
    return str(text)


def copied(what: Copied) -> Iterator[str]:
    """What copying last week did, and what it left."""
    if what.people:
        yield ngettext(
            "%(num)s line copied from last week.",
            "%(num)s lines copied from last week.",
            what.people,
        )
    else:
        yield _("Nothing copied from last week.")
    if what.kept:
        yield ngettext(
            "%(num)s shift has people already and was left as it is.",
            "%(num)s shifts have people already and were left as they are.",
            what.kept,
        )
    if what.left_out:
        names = between_names().join(what.left_out)
        yield _("Not working here any more, left out: %(names)s.", names=names)
