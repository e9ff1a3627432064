"""Reads of tenants to watch."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db
from mallops.watches.models import TenantWatch

MOST = 200


def find(mall_id: int, watch_id: int) -> TenantWatch | None:
    watch = db.session.get(TenantWatch, watch_id)
    return watch if watch and watch.mall_id == mall_id else None


def listed(mall_id: int, today: date) -> tuple[list[TenantWatch], list[TenantWatch]]:
    """Whom to watch now, and whom no more; the latest of them."""
    query = (
        sa.select(TenantWatch)
        .where(TenantWatch.mall_id == mall_id)
        .options(joinedload(TenantWatch.unit), joinedload(TenantWatch.tenant))
        .options(joinedload(TenantWatch.set_by), joinedload(TenantWatch.ended_by))
        .order_by(TenantWatch.last_day.desc(), TenantWatch.id.desc())
        .limit(MOST)
    )
    runs = sa.and_(TenantWatch.ended_at.is_(None), TenantWatch.last_day >= today)
    now, before = (db.session.scalars(query.where(one)) for one in (runs, ~runs))
    return list(now), list(before)
