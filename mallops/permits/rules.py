"""What can be permitted, and how a permit stands (pure; domain 4.10, 4.11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

MOST = timedelta(days=366)
GOODS = "goods_permit"

State = Literal["coming", "valid", "over", "expired", "done", "cancelled"]


def fault_of(starts_at: datetime, ends_at: datetime) -> str | None:
    """Why nobody could keep to such a time, as a code; None: somebody can."""
    if ends_at <= starts_at:
        return "ends_before_it_begins"
    return "too_long" if ends_at - starts_at > MOST else None


def state_of(
    kind: str,
    outcome: str | None,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> State:
    """How it stands: as it was closed, else by the clock.

    A goods removal permit is open until the goods are checked at the door. One whose
    time ran out before that is expired, for nobody knows what left.
    """
    if outcome is not None:
        return "done" if outcome == "done" else "cancelled"
    if now < starts_at:
        return "coming"
    if now < ends_at:
        return "valid"
    return "expired" if kind == GOODS else "over"
