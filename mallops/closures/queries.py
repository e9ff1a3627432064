"""Reads of closures: the list, one of them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db
from mallops.doors.models import Closure

MOST = 200


def find(mall_id: int, closure_id: UUID) -> Closure | None:
    closure = db.session.get(Closure, closure_id)
    return closure if closure and closure.mall_id == mall_id else None


def named(mall_id: int, ids: Collection[UUID]) -> dict[UUID, Closure]:
    """The closures of a mall among these ids."""
    rows = sa.select(Closure).where(Closure.mall_id == mall_id, Closure.id.in_(ids))
    return {closure.id: closure for closure in db.session.scalars(rows)}


def listed(mall_id: int, state: str, unit_id: int | None) -> list[Closure]:
    """What was asked for: undecided first, then the latest days; at most ``MOST``."""
    query = (
        sa.select(Closure)
        .where(Closure.mall_id == mall_id)
        .options(joinedload(Closure.unit), joinedload(Closure.asked_by))
        .order_by(Closure.state != "asked", Closure.last_day.desc(), Closure.id)
        .limit(MOST)
    )
    if state:
        query = query.where(Closure.state == state)
    if unit_id is not None:
        query = query.where(Closure.unit_id == unit_id)
    return list(db.session.scalars(query))


def undecided(mall_id: int) -> int:
    count = sa.select(sa.func.count(Closure.id)).where(
        Closure.mall_id == mall_id, Closure.state == "asked"
    )
    return db.session.scalar(count) or 0
