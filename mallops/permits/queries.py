"""Reads of permits: one, and those of a time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db
from mallops.permits.models import Permit

MOST = 200


def find(mall_id: int, permit_id: int) -> Permit | None:
    permit = db.session.get(Permit, permit_id)
    return permit if permit and permit.mall_id == mall_id else None


def since(mall_id: int, moment: datetime, kind: str) -> list[Permit]:
    """Those that last until then or longer, the first ones first; at most ``MOST``."""
    closed_before = sa.func.coalesce(Permit.closed_at < moment, sa.false())
    query = _of(mall_id, kind).where(Permit.ends_at > moment, ~closed_before)
    return list(db.session.scalars(query.order_by(Permit.starts_at, Permit.id)))


def before(mall_id: int, moment: datetime, kind: str) -> list[Permit]:
    """Those that were over or closed by then, the last ones first."""
    over = sa.or_(Permit.ends_at <= moment, Permit.closed_at < moment)
    order = (Permit.starts_at.desc(), Permit.id.desc())
    return list(db.session.scalars(_of(mall_id, kind).where(over).order_by(*order)))


def _of(mall_id: int, kind: str) -> sa.Select[Permit]:
    query = (
        sa.select(Permit)
        .where(Permit.mall_id == mall_id)
        .options(joinedload(Permit.unit), joinedload(Permit.place))
        .limit(MOST)
    )
    return query.where(Permit.kind == kind) if kind else query
