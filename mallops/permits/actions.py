"""Adding a permit, changing it, closing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from mallops.db import db
from mallops.errors import Refused
from mallops.permits import rules, words
from mallops.permits.models import Permit

Said = Mapping[str, Any]  # columns of the table, as a form says them


def add(mall_id: int, said: Said, by_id: int | None, now: datetime) -> Permit:
    """Add a permit. Flushes.

    Raises:
        Refused: ``ends_before_it_begins``, ``too_long``.
    """
    _check(said)
    made = {"created_at": now, "created_by_id": by_id, "set_at": now}
    permit = Permit(mall_id=mall_id, **said, **made, set_by_id=by_id)
    db.session.add(permit)
    db.session.flush()
    return permit


def change(permit: Permit, said: Said, by_id: int, now: datetime) -> None:
    """Let it be what the form says. Flushes.

    Raises:
        Refused: ``closed``, and as in add().
    """
    _lock(permit)
    _check(said)
    for name, value in said.items():
        setattr(permit, name, value)
    permit.set_at, permit.set_by_id = now, by_id
    db.session.flush()


def close(permit: Permit, outcome: str, reason: str, by_id: int, now: datetime) -> None:
    """It is over before its time, checked at the door, or will not be. Flushes.

    Raises:
        Refused: ``closed``; ``no_reason``, cancelled and nobody knows why.
    """
    _lock(permit)
    if outcome == "cancelled" and not reason:
        raise Refused("no_reason", _("Say why it is cancelled."))
    permit.outcome, permit.closed_because = outcome, reason
    permit.closed_at, permit.closed_by_id = now, by_id
    db.session.flush()


def _check(said: Said) -> None:
    fault = rules.fault_of(said["starts_at"], said["ends_at"])
    if fault:
        raise Refused(fault, str(words.FAULTS[fault]))


def _lock(permit: Permit) -> None:
    """Nobody else changes it meanwhile; what is closed stays as it is."""
    db.session.refresh(permit, with_for_update=True)
    if permit.outcome is not None:
        raise Refused("closed", _("Meanwhile it was closed. It stays as it is."))
