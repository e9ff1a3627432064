"""Reads of the second factor: who has one, and who needs one to come in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from mallops.db import db
from mallops.factors import vault
from mallops.factors.models import RecoveryCode, SecondFactor
from mallops.factors.rules import begins_with
from mallops.people.models import User
from mallops.people.queries import mall_of, memberships_of

Missing = Literal["code", "enrolment"]


def find(user_id: int) -> SecondFactor | None:
    return db.session.get(SecondFactor, user_id)


def is_on(user_id: int) -> bool:
    return find(user_id) is not None


def is_required(user: User, at: datetime) -> bool:
    """Whether a mall asks for it of a role this person has there."""
    return any(
        held.role in mall_of(held).settings.get("second_factor", ())
        for held in memberships_of(user, at)
    )


def missing(user: User, at: datetime) -> Missing | None:
    """What a person still owes who has given the right password."""
    if is_on(user.id):
        return "code"
    return "enrolment" if is_required(user, at) else None


def ids_with(user_ids: Collection[int]) -> set[int]:
    """Those of these people who have it on."""
    rows = sa.select(SecondFactor.user_id).where(SecondFactor.user_id.in_(user_ids))
    return set(db.session.scalars(rows))


def find_unused(user_id: int, code: str) -> RecoveryCode | None:
    """The unused recovery code that begins as this one does."""
    return db.session.scalar(
        sa.select(RecoveryCode).where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.begins_with == begins_with(code),
            RecoveryCode.used_at.is_(None),
        )
    )


def codes_left(user_id: int) -> int:
    count = sa.select(sa.func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(count) or 0


def count_sealed() -> tuple[int, int]:
    """How many there are, and how many of them none of the keys opens."""
    rows = db.session.execute(sa.select(SecondFactor.user_id, SecondFactor.sealed))
    opened = [vault.unseal(user_id, sealed) for user_id, sealed in rows]
    return len(opened), opened.count(None)
