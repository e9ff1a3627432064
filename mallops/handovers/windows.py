"""From when to when a handover covers what its team recorded (pure).

The handovers of a team divide time among them: each begins where those before it
stopped, so no work falls between two. One stops when it is signed, for what comes then
belongs to the next shift's, and at the latest when its shift ends. Until somebody signs
it stops there as well. Where nobody works between two shifts, that time is the later
one's; of shifts that overlap, the earlier one's until it is signed.

A signed handover states since when it covers. If one before it, signed earlier, arrives
only afterwards, the time between is shown in its addendum (``addendum``).

Rounds go by the shift in whose time they begin. One that is not over yet when its
handover is signed is told there as still due, and counted again by the next one: so it
is told as done or missed once, and by who could still walk it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Told:
    """What a signed handover tells of rounds, by their ids.

    ``turn`` orders the handovers of a team. ``still_due``: not over when it was signed.
    ``carried``: taken over from those before it.
    """

    turn: tuple[datetime, str]
    still_due: frozenset[str]
    carried: frozenset[str]


def turn_of(shift: Shift) -> tuple[datetime, str]:
    return shift.starts_at, shift.id


def carried_into(shift: Shift, signed: Iterable[Told]) -> frozenset[str]:
    """The rounds a handover takes over: still due before, and told by none since.

    Args:
        signed: the versions that count of the team's other handovers. One that was
            signed before another's signature arrived could not take over from it.
    """
    own = turn_of(shift)
    others = [one for one in signed if one.turn != own]
    return frozenset(
        round_id
        for one in others
        if one.turn < own
        for round_id in one.still_due
        if not any(one.turn < at.turn and round_id in at.carried for at in others)
    )
