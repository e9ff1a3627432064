"""How a shop stands at an event of a day: groups that readers count and filter by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

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
    "opening": ("on_time", "late", "not_open", "unclear", "before", "not_seen"),
    "closing": (
        "on_time", "early", "after_hours", "approved", "unclear", "before", "not_seen",
    ),
}  # fmt: skip
MARKS = ("contradicted", "bulk", "exempt")
STATES = (*(f"{event}-{group}" for event in EVENTS for group in GROUPS[event]), *MARKS)
# The state colours of the whole product, by group; none: nothing to say.
TONES = {
    "on_time": "done", "approved": "done", "late": "late", "early": "late",
    "after_hours": "late", "not_open": "missed", "unclear": "unknown", "before": "due",
}  # fmt: skip


class Seen(NamedTuple):
    """What is known of a shop at one event (``models.DoorDay``)."""

    state: str
    at: datetime | None = None
    least: int | None = None
    most: int | None = None
    contradicted: bool = False
    bulk: bool = False
    case: str | None = None
    planned_at: datetime | None = None


NOT_SEEN = Seen("not_seen")
CLOSED_DAY = Seen("closed_day")  # its hours say that it need not open


def group_of(event: str, seen: Seen) -> str:
    """The group it counts in; ``exempt``: nobody has to open or close."""
    if seen.state in EXEMPT or seen.state == "closed_day":
        return "exempt"
    if seen.state in ("open", "closed") and seen.most is None:
        return "on_time"  # it need not be open, so no hour says otherwise
    return _GROUPS[event].get(seen.state, "after_hours")


def expected(unit_state: str, has_tenant: bool, is_closed_day: bool) -> Seen:
    """What stands for a shop that nobody looked at."""
    if unit_state == "fitout":
        return Seen("fitout")
    if unit_state == "vacant" or not has_tenant:
        return Seen("vacant")
    return CLOSED_DAY if is_closed_day else NOT_SEEN


def states_of(seen: tuple[Seen, Seen]) -> set[str]:
    """Every state a reader can ask for that a shop is in."""
    found = set()
    for event, one in zip(EVENTS, seen, strict=True):
        group = group_of(event, one)
        found.add(group if group == "exempt" else f"{event}-{group}")
        if one.contradicted:
            found.add("contradicted")
        if one.bulk:
            found.add("bulk")
    return found


def count(shops: Iterable[set[str]]) -> Counter[str]:
    return Counter(state for states in shops for state in states)
