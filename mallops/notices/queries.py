"""Reads of notices: drafts, the list, one with its steps, what a phone delivers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db, fetch
from mallops.findings.models import Finding
from mallops.notices import rules
from mallops.notices.models import Notice, NoticeStep, Penalty
from mallops.places.models import Tenancy, Tenant, Unit

PAGE = 50
MOST_DRAFTS = 100
MOST_TO_DELIVER = 200


@dataclass(frozen=True)
class Filters:
    """What to show of the list; empty: everything."""

    state: str = ""
    unit_id: int | None = None
    overdue: bool = False
    after: UUID | None = None  # the last one of the page before


def find(mall_id: int, notice_id: UUID) -> Notice | None:
    notice = db.session.get(Notice, notice_id)
    return notice if notice and notice.mall_id == mall_id else None


def find_penalty(mall_id: int, penalty_id: UUID) -> Penalty | None:
    penalty = db.session.get(Penalty, penalty_id)
    return penalty if penalty and penalty.mall_id == mall_id else None


def named(mall_id: int, ids: Collection[UUID]) -> dict[UUID, Notice]:
    """The notices of a mall among these ids."""
    if not ids:
        return {}
    rows = sa.select(Notice).where(Notice.mall_id == mall_id, Notice.id.in_(ids))
    return {notice.id: notice for notice in db.session.scalars(rows)}


def named_penalties(mall_id: int, ids: Collection[UUID]) -> dict[UUID, Penalty]:
    """The proposals of a mall among these ids."""
    rows = sa.select(Penalty).where(Penalty.mall_id == mall_id, Penalty.id.in_(ids))
    return {penalty.id: penalty for penalty in db.session.scalars(rows)}


def steps_of(ids: Iterable[UUID]) -> dict[UUID, list[NoticeStep]]:
    """The steps of several notices, each notice's by time."""
    found: dict[UUID, list[NoticeStep]] = {notice_id: [] for notice_id in ids}
    rows = (
        sa.select(NoticeStep)
        .where(NoticeStep.notice_id.in_(found))
        .options(joinedload(NoticeStep.by))
        .order_by(NoticeStep.at, NoticeStep.entry_id)
    )
    for step in db.session.scalars(rows):
        found[step.notice_id].append(step)
    return found


def of_finding(finding_id: str) -> list[Notice]:
    """The notices that were issued on a finding, oldest first."""
    rows = sa.select(Notice).where(Notice.finding_id == finding_id)
    return list(db.session.scalars(rows.order_by(Notice.issued_at, Notice.id)))


def issued_in(mall_id: int, year: int) -> int:
    """How many notices have a number of that year; none is ever taken away."""
    of_year = Notice.number.startswith(f"{year}-", autoescape=True)
    query = sa.select(sa.func.count(Notice.id)).where(Notice.mall_id == mall_id)
    return db.session.scalar(query.where(of_year)) or 0


def drafts(mall_id: int, unit_id: int | None = None) -> list[Finding]:
    """Open findings that call for a notice and have none yet, most urgent first."""
    query = (
        sa.select(Finding)
        .where(*_is_draft(mall_id))
        .options(joinedload(Finding.unit), joinedload(Finding.opened_by))
        .order_by(Finding.fix_by, Finding.id)
        .limit(MOST_DRAFTS)
    )
    if unit_id is not None:
        query = query.where(Finding.unit_id == unit_id)
    return list(db.session.scalars(query))


def _is_draft(mall_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Finding.mall_id == mall_id,
        Finding.closed_at.is_(None),
        Finding.unit_id.is_not(None),
        sa.cast(Finding.triggers, sa.Text).contains('"RN"', autoescape=True),
        ~sa.exists().where(Notice.finding_id == Finding.id),
    )


def page(mall_id: int, filters: Filters, now: datetime) -> tuple[list[Notice], bool]:
    """One page of notices, newest first, and whether there is another."""
    query = _notices(mall_id).where(*_conditions(filters, now))
    after = find(mall_id, filters.after) if filters.after else None
    if after:
        place = sa.tuple_(Notice.issued_at, Notice.id)
        query = query.where(place < (after.issued_at, after.id))
    query = query.order_by(Notice.issued_at.desc(), Notice.id.desc())
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return found[:PAGE], len(found) > PAGE


def _notices(mall_id: Any) -> sa.Select[Notice]:
    return (
        sa.select(Notice)
        .outerjoin(Notice.finding)
        .where(Notice.mall_id == mall_id)
        .options(joinedload(Notice.unit), joinedload(Notice.finding))
    )


def _conditions(filters: Filters, now: datetime) -> list[sa.ColumnElement[bool]]:
    found = []
    if filters.state:
        found.append(_shown_state() == filters.state)
    if filters.unit_id is not None:
        found.append(Notice.unit_id == filters.unit_id)
    if filters.overdue:
        found.append(_is_overdue(now))
    return found


def _shown_state() -> sa.ColumnElement[str]:
    """``rules.shown_state`` as the database reckons it."""
    is_rectified = sa.and_(_is_rectified(), Notice.state != "withdrawn")
    return sa.case((is_rectified, "rectified"), else_=Notice.state)


def _is_rectified() -> sa.ColumnElement[bool]:
    return sa.and_(Notice.rectify_by.is_not(None), Finding.state == "verified")


def _is_overdue(now: datetime) -> sa.ColumnElement[bool]:
    """``rules.is_overdue`` as the database reckons it."""
    return sa.and_(
        Notice.rectify_by < now,
        Notice.state != "withdrawn",
        Finding.state.not_in(rules.SETTLED),
    )


@dataclass(frozen=True)
class Counts:
    """How many drafts there are, notices to deliver, and notices past their time."""

    drafts: int
    to_deliver: int
    overdue: int
    proposed: int  # penalties without a decision


def counts(mall_id: int, now: datetime) -> Counts:
    to_deliver, overdue = db.session.execute(
        sa.select(
            sa.func.count().filter(_shown_state().in_(rules.TO_DELIVER)),
            sa.func.count().filter(_is_overdue(now)),
        )
        .select_from(Notice)
        .outerjoin(Notice.finding)
        .where(Notice.mall_id == mall_id)
    ).one()
    proposed = sa.select(sa.func.count()).where(
        Penalty.mall_id == mall_id, Penalty.state == "proposed"
    )
    found = sa.select(sa.func.count()).where(*_is_draft(mall_id))
    return Counts(
        db.session.scalar(found) or 0,
        to_deliver,
        overdue,
        db.session.scalar(proposed) or 0,
    )


# Built once, plain rows: each handover and each pack of a phone asks it.
_TO_DELIVER = (
    sa.select(
        *(getattr(Notice, name) for name in ("id", "number", "level", "state")),
        *(getattr(Notice, name) for name in ("tenant", "what", "clause", "language")),
        *(getattr(Notice, name) for name in ("issued_at", "rectify_by", "finding_id")),
        Unit.no.label("unit"),
        Unit.floor,
        Finding.state.label("finding_state"),
    )
    .join(Unit, Unit.id == Notice.unit_id)
    .outerjoin(Notice.finding)
    .where(Notice.mall_id == sa.bindparam("mall_id"))
    .where(Notice.state.in_(rules.TO_DELIVER), ~_is_rectified())
    .order_by(Notice.rectify_by.is_(None), Notice.rectify_by, Notice.id)
    .limit(MOST_TO_DELIVER)
)


def to_deliver(mall_id: int) -> Sequence[Any]:
    """Issued and not yet in the tenant's hands, the ones due first at the front.

    Plain rows: columns of the notice, and ``unit``, ``floor`` and ``finding_state``.
    """
    return fetch(_TO_DELIVER, mall_id=mall_id)


def penalties(mall_id: int, state: str, unit_id: int | None) -> list[Penalty]:
    """Proposals, newest first; at most a page of them."""
    query = (
        sa.select(Penalty)
        .where(Penalty.mall_id == mall_id)
        .options(joinedload(Penalty.unit), joinedload(Penalty.proposed_by))
        .order_by(Penalty.proposed_at.desc(), Penalty.id.desc())
        .limit(PAGE)
    )
    if state:
        query = query.where(Penalty.state == state)
    if unit_id is not None:
        query = query.where(Penalty.unit_id == unit_id)
    return list(db.session.scalars(query))


def penalties_for(notice_id: UUID) -> list[Penalty]:
    """What was proposed because of a notice, oldest first."""
    rows = sa.select(Penalty).where(Penalty.notice_id == notice_id)
    return list(db.session.scalars(rows.order_by(Penalty.proposed_at, Penalty.id)))


def tenants_of(
    units: Iterable[tuple[int, date]],
) -> dict[tuple[int, date], Tenant]:
    """Who held each unit on its day; of two, the one who came last."""
    wanted = set(units)
    rows = (
        sa.select(Tenancy)
        .where(Tenancy.unit_id.in_({unit_id for unit_id, _day in wanted}))
        .order_by(Tenancy.starts_on, Tenancy.id)
    )
    tenancies = db.session.scalars(rows).all()
    return {
        (unit_id, day): tenancy.tenant
        for unit_id, day in wanted
        for tenancy in tenancies
        if tenancy.unit_id == unit_id and _holds(tenancy, day)
    }


def _holds(tenancy: Tenancy, day: date) -> bool:
    return tenancy.starts_on <= day and (tenancy.ends_on or day) >= day


def find_unit(mall_id: int, no: str) -> Unit | None:
    """By its number, in whatever case it was typed; no number holds NUL."""
    if not no or "\0" in no:
        return None
    same = sa.func.lower(Unit.no) == no.strip().lower()
    return db.session.scalar(sa.select(Unit).where(Unit.mall_id == mall_id, same))
