"""What may be asked for, so that somebody can decide on it (pure; domain 4.5)."""

from __future__ import annotations

from datetime import date, time

MOST_DAYS = 366


def fault_of(
    first_day: date,
    last_day: date,
    closed: bool,
    opens_at: time | None,
    closes_at: time | None,
    reason: str,
) -> str | None:
    """Why nobody can decide on such a request, as a code; None: somebody can."""
    if last_day < first_day:
        return "ends_before_it_begins"
    if (last_day - first_day).days >= MOST_DAYS:
        return "too_long"
    if closed == bool(opens_at or closes_at):
        return "closed_or_hours"
    if opens_at is not None and opens_at == closes_at:
        return "closed_or_hours"
    return None if reason.strip() else "no_reason"
