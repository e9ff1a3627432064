"""What awaits the next shift, in words: by parts for a page, as lines for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.handovers.words import clock
from mallops.permits import words as permits
from mallops.permits.rules import GOODS
from mallops.web import between_names, in_words

WATCH = "watch"
# In the order of the page (TPL-SHIFT, S08 to S10).
PARTS = (
    (_l("Permits in force"), ("fitout_permit", "hot_work_permit")),
    (_l("Events, visits, deliveries"), ("event", "visit", "delivery")),
    (_l("Goods removal permits not checked off"), (GOODS,)),
    (_l("Tenants to watch"), (WATCH,)),
)


def parts(snapshot: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Each part with its lines; none where a handover says nothing of them.

    Those signed by older versions do not, nor does one of a team.
    """
    ahead = snapshot["next"]
    if "permits" not in ahead:
        return []
    lines = [(one["kind"], permit(one)) for one in ahead["permits"]]
    lines += [(WATCH, _watch(one)) for one in ahead["watches"]]
    return [
        (str(title), [line for kind, line in lines if kind in kinds])
        for title, kinds in PARTS
    ]


def permit(facts: Mapping[str, Any]) -> str:
    """One permit: what, when, where, who."""
    times = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
    place = in_words(facts["place"]) if facts["place"] else ""
    said = (
        str(permits.KINDS[facts["kind"]]),
        permits.window(*times),
        facts["unit"] or place,
        facts["title"],
        facts["who"],
        permits.people(facts["people"]),
    )
    return " · ".join(part for part in said if part)


def _watch(facts: Mapping[str, Any]) -> str:
    return f"{facts['unit']} {in_words(facts['tenant'])}"


def lines(snapshot: Mapping[str, Any]) -> list[str]:
    """All of it, for a phone: who comes, their rounds, then the parts."""
    return [*_people(snapshot["next_shift"]), *_rounds(snapshot), *_rest(snapshot)]


def _people(following: Mapping[str, Any] | None) -> Iterator[str]:
    if following:
        hours = f"{clock(following['starts_at'])}–{clock(following['ends_at'])}"
        names = between_names().join(one["name"] for one in following["people"])
        there = names or _("nobody is rostered")
        yield f"{in_words(following['name'])} {hours} · {there}"


def _rounds(snapshot: Mapping[str, Any]) -> Iterator[str]:
    for one in snapshot["next"]["rounds"]:
        yield f"{in_words(one['title'])} × {one['count']} · {clock(one['first_at'])}"


def _rest(snapshot: Mapping[str, Any]) -> Iterator[str]:
    units = between_names().join(snapshot["next"]["fitout"])
    if units:
        yield _("Fit-out: %(units)s", units=units)
    for title, found in parts(snapshot):
        is_watch = title == PARTS[-1][0]
        yield from (f"{title}{_(': ')}{line}" if is_watch else line for line in found)
