"""Reads of cases: the days of a month that count, their evidence, what was decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db
from mallops.doors.models import CaseDecision, Dismissal, DoorDay, DoorSighting
from mallops.notices.models import Notice, Penalty
from mallops.places.models import Tenant, Unit


def cases(
    mall_id: int, first: date, last: date, unit_id: int | None = None
) -> list[DoorDay]:
    """What counts as a case, shop by shop in walking order, each by day."""
    query = (
        sa.select(DoorDay)
        .join(DoorDay.unit)
        .where(DoorDay.mall_id == mall_id, DoorDay.case.is_not(None))
        .where(DoorDay.day.between(first, last))
        .options(joinedload(DoorDay.unit))
        .order_by(Unit.walk_order, Unit.id, DoorDay.day, DoorDay.event.desc())
    )
    if unit_id is not None:
        query = query.where(DoorDay.unit_id == unit_id)
    return list(db.session.scalars(query))


def day_of(unit_id: int, day: date) -> list[DoorDay]:
    """What is known of a shop on a day, the opening first."""
    rows = sa.select(DoorDay).where(DoorDay.unit_id == unit_id, DoorDay.day == day)
    return list(db.session.scalars(rows.order_by(DoorDay.event.desc())))


def sightings(unit_ids: Collection[int], first: date, last: date) -> list[DoorSighting]:
    """All looks at these shops, also those taken back, oldest first."""
    query = (
        sa.select(DoorSighting)
        .where(DoorSighting.unit_id.in_(unit_ids))
        .where(DoorSighting.day.between(first, last))
        .options(joinedload(DoorSighting.by))
        .order_by(DoorSighting.at, DoorSighting.seq, DoorSighting.entry_id)
    )
    return list(db.session.scalars(query))


def decisions(
    mall_id: int, first: date, last: date, unit_id: int | None = None
) -> list[CaseDecision]:
    """What was decided on cases of these days, in the order of deciding."""
    query = (
        sa.select(CaseDecision)
        .where(CaseDecision.mall_id == mall_id)
        .where(CaseDecision.day.between(first, last))
        .options(joinedload(CaseDecision.by))
        .order_by(CaseDecision.at, CaseDecision.entry_id)
    )
    if unit_id is not None:
        query = query.where(CaseDecision.unit_id == unit_id)
    return list(db.session.scalars(query))


def dismissals(
    mall_id: int, first: date, last: date, unit_id: int | None = None
) -> list[Dismissal]:
    """What was taken out, by shop and day."""
    query = (
        sa.select(Dismissal)
        .join(Dismissal.unit)
        .where(Dismissal.mall_id == mall_id)
        .where(Dismissal.day.between(first, last))
        .options(joinedload(Dismissal.by), joinedload(Dismissal.unit))
        .order_by(Unit.walk_order, Dismissal.day, Dismissal.at)
    )
    if unit_id is not None:
        query = query.where(Dismissal.unit_id == unit_id)
    return list(db.session.scalars(query))


def notices(ids: Collection[UUID]) -> dict[UUID, Notice]:
    rows = sa.select(Notice).where(Notice.id.in_(ids))
    return {notice.id: notice for notice in db.session.scalars(rows)}


def penalties(ids: Collection[UUID]) -> dict[UUID, Penalty]:
    rows = sa.select(Penalty).where(Penalty.id.in_(ids))
    return {penalty.id: penalty for penalty in db.session.scalars(rows)}


def tenants(ids: Collection[int]) -> dict[int, Tenant]:
    rows = sa.select(Tenant).where(Tenant.id.in_(ids))
    return {tenant.id: tenant for tenant in db.session.scalars(rows)}


def last_clause(mall_id: int) -> str:
    """The clause that the latest notice of a case cites: most leases are alike."""
    query = (
        sa.select(Notice.clause)
        .join(CaseDecision, CaseDecision.notice_id == Notice.id)
        .where(CaseDecision.mall_id == mall_id, Notice.clause != "")
        .order_by(CaseDecision.at.desc())
        .limit(1)
    )
    return db.session.scalar(query) or ""
