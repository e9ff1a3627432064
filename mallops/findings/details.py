"""What incidents and complaints ask for besides: as it stands, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

# Which fields a category asks for, in the order of the form (bodies.Details).
ASKED: Mapping[str, tuple[str, ...]] = {
    "incident": ("people", "course", "emergency_called", "told", "outcome"),
    "complaint": (
        "complainant", "from_whom", "contact", "wish", "course", "told", "outcome",
        "outcome_told_at",
    ),
}  # fmt: skip
# The whole report of an incident is written by then [domain S84].
REPORT_WITHIN = timedelta(hours=4)


def details_after(
    opening: Mapping[str, Any], updates: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """The fields as they stand: later ones win, empty ones leave what was there."""
    stand: dict[str, Any] = {}
    for given in (opening, *updates):
        stand |= {name: value for name, value in given.items() if not is_empty(value)}
    return stand


def changes(shown: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody changed of the fields that were shown to them.

    Only this is recorded: two people who each fill in another field do not undo
    each other's.
    """
    return {
        name: value
        for name, value in typed.items()
        if not is_empty(value) and value != shown.get(name)
    }


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def report_due(category: str, opened_at: datetime) -> datetime | None:
    """When the report of an incident is due; None: the category asks for none."""
    return opened_at + REPORT_WITHIN if category == "incident" else None


def is_reported(details: Mapping[str, Any]) -> bool:
    """Whether somebody wrote down what happened."""
    return not is_empty(details.get("course"))
