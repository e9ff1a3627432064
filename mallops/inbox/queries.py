"""Reads of the inbox: what the ladder looks at, who works here, a person's items."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db, fetch
from mallops.findings.models import Finding, FindingUpdate
from mallops.findings.queries import viewer_of
from mallops.findings.rules import STEPS
from mallops.inbox import rules
from mallops.inbox.clock import clock_of
from mallops.inbox.handover_queries import Named, named_in
from mallops.inbox.handover_rules import is_still_so
from mallops.inbox.models import InboxItem, InboxMailing
from mallops.inbox.rules import THE_LIST, Member, Watched
from mallops.people.models import Membership, Team, User
from mallops.places.models import Mall

_IS_LIST = InboxItem.subject_kind == THE_LIST.kind
_IS_FINDING = (InboxItem.subject_kind == "finding") & (
    InboxItem.subject_id == Finding.id
)
_IS_HANDOVER = InboxItem.subject_kind == "handover"
PAGE = 50
MOST_COUNTED = 99  # "99+" says as much as any larger number
_SOME_UNREAD = (
    sa.select(InboxItem.id)
    .where(
        InboxItem.user_id == sa.bindparam("user_id"),
        InboxItem.mall_id == sa.bindparam("mall_id"),
        InboxItem.told_at.is_not(None),
        InboxItem.acknowledged_at.is_(None),
    )
    .limit(MOST_COUNTED + 1)
)
_UNREAD = sa.select(sa.func.count()).select_from(_SOME_UNREAD.subquery())

# -- For the ladder


def malls() -> list[Mall]:
    return list(db.session.scalars(sa.select(Mall).order_by(Mall.id)))


def members(mall_id: int, now: datetime) -> list[Member]:
    """Who works here at this moment and may sign in; of two roles the newer one."""
    is_open = (Membership.started_at <= now) & (
        Membership.ended_at.is_(None) | (Membership.ended_at > now)
    )
    rows = db.session.execute(
        sa.select(Membership.user_id, Membership.role, Team.code)
        .join(User, User.id == Membership.user_id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Membership.mall_id == mall_id, is_open, User.disabled_at.is_(None))
        .order_by(Membership.id)
    )
    return list({user_id: Member(user_id, *rest) for user_id, *rest in rows}.values())


def watched(mall_id: int) -> list[Watched]:
    """The open findings of a mall, as the ladder looks at them."""
    steps = _steps_of_open(mall_id)
    columns = (
        Finding.id, Finding.severity, Finding.state, Finding.team,
        Finding.assignee_id, Finding.opened_at, Finding.opened_by_id,
        Finding.acknowledge_by, Finding.acknowledged_at, Finding.fix_by,
    )  # fmt: skip
    rows = db.session.execute(
        sa.select(Finding.first_severity, *columns).where(
            Finding.mall_id == mall_id, Finding.closed_at.is_(None)
        )
    )
    return [
        _watched(row._asdict(), first, steps.get(row.id, []))
        for first, row in ((row.first_severity, row) for row in rows)
    ]


def _watched(row: dict[str, Any], first_severity: str, steps: list[Any]) -> Watched:
    del row["first_severity"]
    clock = clock_of(first_severity, steps)
    by = clock.assigned_by_id if clock.assigned_at else row["opened_by_id"]
    return Watched(
        **row,
        paused=clock.paused,
        assigned_at=clock.assigned_at,
        assigned_by_id=by,
    )


def _steps_of_open(mall_id: int) -> dict[str, list[Any]]:
    """By finding, the steps that count and move its clock, in their order."""
    moving = [name for name, step in STEPS.items() if step.ends]
    names = [*moving, "prioritise"]
    update = FindingUpdate
    rows = db.session.execute(
        sa.select(
            update.finding_id, update.step, update.at, update.by_id, update.severity,
            update.fix_by,
        )
        .join(Finding, Finding.id == update.finding_id)
        .where(Finding.mall_id == mall_id, Finding.closed_at.is_(None))
        .where(update.counts, update.step.in_(names))
        .order_by(update.at, update.seq, update.entry_id)
    )  # fmt: skip
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.finding_id].append(row)
    return found


def recorded(mall_id: int, since: datetime) -> dict[str, set[tuple[int, str]]]:
    """(user id, about) of what was told, by open finding and for lists ``since``."""
    item = InboxItem
    columns = sa.select(item.subject_id, item.user_id, item.about)
    of_open = columns.join(Finding, _IS_FINDING).where(
        item.mall_id == mall_id,
        Finding.mall_id == mall_id,
        Finding.closed_at.is_(None),
    )
    of_lists = columns.where(item.mall_id == mall_id, _IS_LIST, item.due_at >= since)
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for rows in (of_open, of_lists):
        for finding_id, user_id, about in db.session.execute(rows):
            found[finding_id].add((user_id, about))
    return found


# -- For a person


@dataclass(frozen=True)
class Line:
    """An item, and the finding or handover it names, if this person may see it."""

    item: InboxItem
    finding: Finding | None
    handover: Named | None = None

    @property
    def is_open_to_reader(self) -> bool:
        """Not of something that meanwhile is for others to see."""
        named = self.finding or self.handover
        return named is not None or self.item.subject_kind == THE_LIST.kind

    @property
    def is_still_so(self) -> bool:
        """Of a handover: it stands as it did when this was told."""
        if self.handover is None:
            return True
        return is_still_so(self.item.about, self.handover.story.standing.state)


def unread_count(user_id: int, mall_id: int) -> int:
    """How many items wait for this person, counted up to a hundred."""
    [[found]] = fetch(_UNREAD, user_id=user_id, mall_id=mall_id)
    return found


def lines(
    mall: Mall, member: Membership, before: InboxItem | None = None
) -> list[Line]:
    """A page of a person's items and one more, newest first, from before an item."""
    item = InboxItem
    rows = _own(member).where(item.told_at.is_not(None))
    if before:
        same = (item.told_at == before.told_at) & (item.id < before.id)
        rows = rows.where((item.told_at < before.told_at) | same)
    rows = rows.order_by(item.told_at.desc(), item.id.desc()).limit(PAGE + 1)
    return _lines(mall, member, rows)


def _own(member: Membership) -> sa.Select[InboxItem, Finding]:
    """A member's items, each with its finding if they may see it."""
    item, seen = InboxItem, _IS_FINDING & viewer_of(member).filter()
    return (
        sa.select(item, Finding)
        .outerjoin(Finding, seen)
        .where(item.user_id == member.user_id, item.mall_id == member.mall_id)
        .options(joinedload(Finding.place), joinedload(Finding.unit))
    )


def _lines(
    mall: Mall, member: Membership, rows: sa.Select[InboxItem, Finding]
) -> list[Line]:
    found = db.session.execute(rows).all()
    named = named_in(mall, member, [item for item, _finding in found])
    return [Line(item, finding, named.get(item.subject_id)) for item, finding in found]


def find_line(mall: Mall, member: Membership, item: InboxItem) -> Line:
    return _lines(mall, member, _own(member).where(InboxItem.id == item.id))[0]


def find_own(user_id: int, mall_id: int, item_id: int) -> InboxItem | None:
    item = db.session.get(InboxItem, item_id)
    is_own = item and (item.user_id, item.mall_id) == (user_id, mall_id)
    return item if item and is_own and item.told_at else None


# -- For e-mail


def waiting_for_mail(now: datetime) -> list[int]:
    """Who is to be sent something and may be sent it now, who waits longest first."""
    rows = (
        sa.select(InboxItem.user_id)
        .join(User, User.id == InboxItem.user_id)
        .outerjoin(Finding, _IS_FINDING)
        .outerjoin(InboxMailing, InboxMailing.user_id == InboxItem.user_id)
        .where(_unsent(now), User.email.is_not(None), User.disabled_at.is_(None))
        .where(InboxMailing.ready_at.is_(None) | (InboxMailing.ready_at <= now))
        .group_by(InboxItem.user_id)
        .order_by(sa.func.min(InboxItem.told_at), InboxItem.user_id)
    )
    return list(db.session.scalars(rows))


def _unsent(now: datetime) -> sa.ColumnElement[bool]:
    item = InboxItem
    return sa.and_(
        item.told_at.is_not(None),
        item.acknowledged_at.is_(None),
        item.emailed_at.is_(None),
        item.due_at > now - rules.MAILED_WITHIN,
        _IS_LIST
        | _IS_HANDOVER
        | (Finding.id.is_not(None) & Finding.closed_at.is_(None)),
    )


def unsent(mall: Mall, member: Membership, now: datetime) -> list[Line]:
    """What is to be sent to a person of one mall, most urgent first."""
    rows = (
        _own(member)
        .where(_unsent(now))
        .order_by(_IS_HANDOVER.desc(), Finding.severity, Finding.fix_by, InboxItem.id)
    )
    found = _lines(mall, member, rows)
    return [one for one in found if one.is_open_to_reader and one.is_still_so]
