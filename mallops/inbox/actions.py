"""Telling people, and what they and their mail say back. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from mallops.db import db, insert_or
from mallops.inbox import handover_queries, handover_rules, queries, rules
from mallops.inbox.handover_rules import Sheet
from mallops.inbox.ladder import handover_ladder_of, ladders_of
from mallops.inbox.models import InboxItem, InboxMailing
from mallops.inbox.rules import THE_LIST, Member, Telling, Watched
from mallops.places.models import Mall

# -- Telling


def due_tellings(mall: Mall, now: datetime) -> list[Telling]:
    """What the people of a mall are to be told now. Only reads."""
    findings = queries.watched(mall.id)
    sheets = handover_queries.watched(mall, now)
    if not (findings or sheets):
        return []
    members = queries.members(mall.id, now)
    return [
        *_of_findings(mall, findings, members, now),
        *_of_handovers(mall, sheets, members, now),
    ]


def _of_findings(
    mall: Mall, findings: Sequence[Watched], members: Sequence[Member], now: datetime
) -> list[Telling]:
    week = rules.week_of(now, mall.time_zone, mall.day_starts_at)
    recorded = queries.recorded(mall.id, since=week[1])
    ladders = ladders_of(mall.settings)
    listed = rules.weekly_tellings(
        findings, ladders, members, recorded[THE_LIST.id], week
    )
    singly = (
        rules.tellings(one, ladders[one.severity], members, recorded[one.id], now)
        for one in findings
    )
    return [*listed, *(telling for some in singly for telling in some)]


def _of_handovers(
    mall: Mall, sheets: Sequence[Sheet], members: Sequence[Member], now: datetime
) -> list[Telling]:
    recorded = handover_queries.recorded(mall.id, [one.shift.id for one in sheets])
    ladder = handover_ladder_of(mall.settings)
    return [
        telling
        for one in sheets
        for telling in handover_rules.tellings(
            one, ladder, members, recorded[one.shift.id], now
        )
    ]


def tell(mall_id: int, tellings: Iterable[Telling], now: datetime) -> int:
    """Write down what people are told; another scheduler may have been faster.

    Returns:
        How much of it is news.
    """
    rows = [
        {
            "user_id": one.user_id,
            "mall_id": mall_id,
            "subject_kind": one.subject.kind,
            "subject_id": one.subject.id,
            "about": one.about,
            "due_at": one.due_at,
            "told_at": now if one.is_told else None,
        }
        for one in tellings
    ]
    _add_new([row for row in rows if not row["told_at"]])
    return _add_new([row for row in rows if row["told_at"]])


def _add_new(rows: Sequence[Mapping[str, object]]) -> int:
    """Add what is not there yet; how many. (RETURNING takes time by their square.)"""
    if not rows:
        return 0
    insert = insert_or(InboxItem).on_conflict_do_nothing()
    counted = insert.execution_options(preserve_rowcount=True)
    result = cast(sa.CursorResult[Any], db.session.execute(counted, rows))
    return result.rowcount


# -- Taking note


def acknowledge(item: InboxItem, now: datetime) -> None:
    item.acknowledged_at = item.acknowledged_at or now
    db.session.flush()


def acknowledge_until(item: InboxItem, now: datetime) -> None:
    """All of a person's items here up to this one, the newest they have seen."""
    db.session.execute(
        sa.update(InboxItem)
        .where(InboxItem.user_id == item.user_id, InboxItem.mall_id == item.mall_id)
        .where(InboxItem.told_at <= item.told_at, InboxItem.acknowledged_at.is_(None))
        .values(acknowledged_at=now)
    )


# -- E-mail


def claim_mailing(user_id: int, now: datetime) -> bool:
    """Whether it is ours to send to this person now; nobody else may for a while."""
    claimed = {"ready_at": now + rules.MAIL_CLAIM}
    insert = (
        insert_or(InboxMailing)
        .values(user_id=user_id, failures=0, **claimed)
        .on_conflict_do_update(
            index_elements=["user_id"], set_=claimed, where=InboxMailing.ready_at <= now
        )
        .returning(InboxMailing.user_id)
    )
    return db.session.scalar(insert) is not None


def note_mailed(user_id: int, item_ids: Collection[int], now: datetime) -> None:
    db.session.execute(
        sa.update(InboxItem).where(InboxItem.id.in_(item_ids)).values(emailed_at=now)
    )
    _be_ready(user_id, now + rules.MAIL_EVERY, failures=0)


def note_failed(user_id: int, now: datetime) -> datetime:
    """It could not be sent: come back later, and ever later. Returns when."""
    mailing = db.session.get_one(InboxMailing, user_id)
    failures = mailing.failures + 1
    ready_at = now + rules.wait_after(failures)
    _be_ready(user_id, ready_at, failures)
    return ready_at


def _be_ready(user_id: int, at: datetime, failures: int) -> None:
    db.session.execute(
        sa.update(InboxMailing)
        .where(InboxMailing.user_id == user_id)
        .values(ready_at=at, failures=failures)
    )
