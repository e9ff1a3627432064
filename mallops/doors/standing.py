"""How a shop stands at an event of a day: groups that readers count and filter by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache

import msgspec

from mallops.doors.rules import EVENTS, EXEMPT

# States of rules.DoorState by event: the group they count in.
_GROUPS = {
    "opening": {
        "on_time": "on_time", "late": "late", "not_open": "not_open",
        "open": "unclear", "closed_before": "before", "not_seen": "not_seen",
    },
    "closing": {
        "on_time": "on_time", "early": "early", "late_unapproved": "after_hours",
        "late_approved": "approved", "closed": "unclear", "open_before": "before",
        "not_seen": "not_seen",
    },
}  # fmt: skip
# What the numbers on top say, in their order.
GROUPS = {
    "opening": (
        "on_time", "late", "not_open", "unconfirmed", "unclear", "before", "not_seen",
    ),
    "closing": (
        "on_time", "early", "after_hours", "approved", "unconfirmed", "unclear",
        "before", "not_seen",
    ),
}  # fmt: skip
MARKS = ("contradicted", "bulk", "exempt")
STATES = (*(f"{event}-{group}" for event in EVENTS for group in GROUPS[event]), *MARKS)
# The state colours of the whole product, by group; none: nothing to say.
TONES = {
    "on_time": "done", "approved": "done", "late": "late", "early": "late",
    "after_hours": "late", "not_open": "missed", "unclear": "unknown", "before": "due",
    "unconfirmed": "unknown",
}  # fmt: skip


class Seen(msgspec.Struct, eq=False):
    """What is known of a shop at one event (``models.DoorDay``).

    Known by which object it is, so that a wall can draw what is alike once.
    """

    state: str
    at: datetime | None = None
    least: int | None = None
    most: int | None = None
    contradicted: bool = False
    bulk: bool = False
    case: str | None = None
    planned_at: datetime | None = None


FITOUT, VACANT, NOT_SEEN = Seen("fitout"), Seen("vacant"), Seen("not_seen")
CLOSED_DAY = Seen("closed_day")  # its hours say that it need not open


def group_of(event: str, seen: Seen) -> str:
    """The group it counts in.

    ``exempt``: nobody has to open or close; ``unconfirmed``: somebody at the door said
    so, and nothing here does.
    """
    return _group(event, seen.state, seen.most is None, seen.contradicted)


@cache
def _group(event: str, state: str, is_open_ended: bool, is_contradicted: bool) -> str:
    if state in EXEMPT or state == "closed_day":
        return "unconfirmed" if is_contradicted else "exempt"
    if state in ("open", "closed") and is_open_ended:
        return "on_time"  # it need not be open, so no hour says otherwise
    return _GROUPS[event].get(state, "after_hours")


def expected(unit_state: str, has_tenant: bool, is_closed_day: bool) -> Seen:
    """What stands for a shop that nobody looked at."""
    if unit_state == "fitout":
        return FITOUT
    if unit_state == "vacant" or not has_tenant:
        return VACANT
    return CLOSED_DAY if is_closed_day else NOT_SEEN


def states_of(opening: Seen, closing: Seen) -> frozenset[str]:
    """Every state a reader can ask for that a shop is in."""
    groups = group_of("opening", opening), group_of("closing", closing)
    contradicted = opening.contradicted or closing.contradicted
    return _states(*groups, contradicted, opening.bulk or closing.bulk)


@cache
def _states(
    opening: str, closing: str, is_contradicted: bool, is_bulk: bool
) -> frozenset[str]:
    groups = zip(EVENTS, (opening, closing), strict=True)
    found = {g if g == "exempt" else f"{event}-{g}" for event, g in groups}
    if is_contradicted:
        found.add("contradicted")
    if is_bulk:
        found.add("bulk")
    return frozenset(found)


def count(shops: Iterable[frozenset[str]]) -> Counter[str]:
    """How many shops are in each state; many shops are in the same ones."""
    found: Counter[str] = Counter()
    for states, number in Counter(shops).items():
        found.update(dict.fromkeys(states, number))
    return found
