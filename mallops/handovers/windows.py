"""From when to when a handover covers what its team recorded (pure).

The handovers of a team divide time among them: each begins where those before it
stopped, so no work falls between two. One stops when it is signed, for what comes then
belongs to the next shift's, and at the latest when its shift ends. Until somebody signs
it stops there as well. Where nobody works between two shifts, that time is the later
one's; of shifts that overlap, the earlier one's until it is signed.

A signed handover states since when it covers. If one before it, signed earlier, arrives
only afterwards, the time between is shown in its addendum (``addendum``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from mallops.shifts.rules import Shift


def stops_at(
    starts_at: datetime, ends_at: datetime, signed_at: datetime | None
) -> datetime:
    """When the handover of a shift stops; one signed too soon, when its shift begins.

    A signature long after the end must not take over what the next shift recorded.
    """
    if signed_at is None:
        return ends_at
    return min(max(signed_at, starts_at), ends_at)


def begin(
    shifts: Iterable[Shift], signed: Mapping[str, datetime]
) -> dict[str, datetime]:
    """Since when the handover of each shift covers, by shift.

    Args:
        shifts: with all that those before them may have left (``shifts_before``); the
            first one of a team covers from its own beginning.
        signed: when the version that counts was signed, by shift.
    """
    found: dict[str, datetime] = {}
    stopped: dict[str | None, datetime] = {}
    for shift in sorted(shifts, key=lambda one: (one.starts_at, one.code)):
        since = found[shift.id] = stopped.get(shift.team, shift.starts_at)
        stops = stops_at(shift.starts_at, shift.ends_at, signed.get(shift.id))
        stopped[shift.team] = max(since, stops)
    return found
