"""Counts tries at signing in, in one table that all processes share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from mallops.db import db, insert_or
from mallops.people.models import SignInFailure
from mallops.people.rules import (
    FORGET_AFTER,
    account_key,
    failures_now,
    may_try_at,
    tidy_username,
)


def take(keys: Iterable[str], now: datetime) -> datetime | None:
    """Count one try under every key; or, too early, say when the next is allowed.

    A try counts as failed until it is forgiven, so a hundred of them at the same
    moment are a hundred and not one. Holds the rows until the caller commits,
    which must be before the password is looked at.
    """
    rows = _rows_to_change(sorted(keys), now)
    ready_at = max(_ready_at(row, now) for row in rows)
    if ready_at > now:
        return ready_at
    for row in rows:
        row.count = failures_now(row.count, row.last_at, now) + 1
        row.last_at = now
    db.session.flush()
    return None


def forgive(keys: Iterable[str], now: datetime) -> None:
    """After a good sign-in: the account starts afresh, the address gets one back.

    Not all of them: else whoever has one account could guess at others for ever.
    """
    for row in _rows_to_change(sorted(keys), now):
        row.count = max(row.count - 1, 0) if row.key.startswith("address:") else 0
    old = SignInFailure.last_at < now - FORGET_AFTER
    db.session.execute(sa.delete(SignInFailure).where(old))


def forget(username: str) -> None:
    """Nothing is left of the tries at one account, from wherever. Flushes."""
    key = account_key(tidy_username(username))
    of_account = (SignInFailure.key == key) | SignInFailure.key.startswith(f"{key}@")
    db.session.execute(sa.delete(SignInFailure).where(of_account))


def take_back(keys: Iterable[str], now: datetime) -> None:
    """This one try was good, but not yet the whole way in: the earlier ones stand."""
    for row in _rows_to_change(sorted(keys), now):
        row.count = max(row.count - 1, 0)


def _ready_at(row: SignInFailure, now: datetime) -> datetime:
    last_at = min(row.last_at, now)  # a clock set back must not prolong the wait
    return may_try_at(row.key, failures_now(row.count, last_at, now), last_at)


def _rows_to_change(keys: list[str], now: datetime) -> list[SignInFailure]:
    """One row per key, made where missing and locked, always in the same order."""
    rows = [{"key": key, "count": 0, "last_at": now} for key in keys]
    db.session.execute(insert_or(SignInFailure).values(rows).on_conflict_do_nothing())
    return list(
        db.session.scalars(
            sa.select(SignInFailure)
            .where(SignInFailure.key.in_(keys))
            .order_by(SignInFailure.key)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
