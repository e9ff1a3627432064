"""A shop's whole history: who traded there, what was found, walked and noted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.daylog import rules as log
from mallops.daylog.rules import Cursor
from mallops.db import db
from mallops.findings import lists
from mallops.findings.lists import Row
from mallops.findings.models import Finding
from mallops.findings.narrowing import choices
from mallops.findings.pages import Addresses, Rows, Shown
from mallops.findings.queries import Viewer
from mallops.ledger import kinds
from mallops.ledger.models import Entry, LogLine
from mallops.people.models import User
from mallops.places.models import Mall, Tenancy, Unit
from mallops.places.rules import business_day

PAGE = 50
FINDINGS = 20  # of each: open ones, and those closed last


class Line(NamedTuple):
    """An entry about the shop, as its history shows it."""

    entry_id: UUID
    ledger_seq: int
    occurred_at: datetime
    business_day: date
    kind: str
    v: int
    state: str
    problem: bool
    summary: dict[str, Any]
    flags: list[str]
    person: str | None

    @property
    def said(self) -> str:
        return kinds.get(self.kind, self.v).summarise(self.summary)

    @property
    def title(self) -> str:
        return str(kinds.get(self.kind, self.v).title)


@dataclass(frozen=True)
class Lines:
    """Some entries, newest first, and where the next page begins (None: the end)."""

    lines: Sequence[Line]
    next: Cursor | None

    @property
    def by_month(self) -> Iterator[tuple[date, list[Line]]]:
        def month(line: Line) -> date:
            return line.business_day.replace(day=1)

        return ((first, list(some)) for first, some in groupby(self.lines, month))


class ShopHistory:
    """One page of a shop's history; each part is read when first needed."""

    most = FINDINGS

    def __init__(
        self, mall: Mall, unit: Unit, viewer: Viewer, after: Cursor | None,
        now: datetime,
    ) -> None:  # fmt: skip
        self.mall, self.unit, self.after, self.now = mall, unit, after, now
        self.addresses, self._viewer = Addresses(mall), viewer
        self.today = business_day(now, mall.time_zone, mall.day_starts_at)

    @cached_property
    def tenancies(self) -> list[Tenancy]:
        """Who held it, the one of today or the last one first."""
        rows = (
            sa.select(Tenancy)
            .where(Tenancy.unit_id == self.unit.id)
            .order_by(Tenancy.starts_on.desc(), Tenancy.id.desc())
        )
        return list(db.session.scalars(rows))

    @cached_property
    def open(self) -> list[Shown]:
        return self._shown(Finding.closed_at.is_(None), Finding.fix_by)

    @cached_property
    def closed(self) -> list[Shown]:
        return self._shown(Finding.closed_at.is_not(None), Finding.closed_at.desc())

    def _shown(self, which: sa.ColumnElement[bool], order: Any) -> list[Shown]:
        rows = _findings(self.unit.id, which, order)
        teams = choices(self.mall.id).teams
        return Rows(self.mall, self._viewer, teams, self.now).shown(rows)

    @cached_property
    def page(self) -> Lines:
        return _lines(self.unit, self.after)


def find(mall_id: int, no: str) -> Unit | None:
    """The unit by its number, in any case."""
    query = sa.select(Unit).where(
        Unit.mall_id == mall_id, sa.func.lower(Unit.no) == no.replace("\0", "").lower()
    )
    return db.session.scalar(query.options(joinedload(Unit.zone)))


def read_after(text: str) -> tuple[Cursor | None, bool]:
    """Where a page begins, out of the address; and whether that never came from us."""
    try:
        return (log.read_cursor(text) if text else None), False
    except (ValueError, OverflowError):
        return None, True


def _findings(unit_id: int, which: sa.ColumnElement[bool], order: Any) -> Sequence[Row]:
    ids = (
        sa.select(Finding.id)
        .where(Finding.unit_id == unit_id, which)
        .order_by(order, Finding.id)
        .limit(FINDINGS)
    )
    return lists.rows(list(db.session.scalars(ids)))


def _lines(unit: Unit, after: Cursor | None) -> Lines:
    key = (LogLine.occurred_at, LogLine.ledger_seq)
    query = (
        sa.select(
            *(getattr(LogLine, name) for name in Line._fields[:5]),
            Entry.v,
            *(getattr(LogLine, name) for name in Line._fields[6:9]),
            Entry.flags,
            User.name,
        )
        .join(Entry, LogLine.entry_id == Entry.id)
        .outerjoin(User, LogLine.person_id == User.id)
        .where(LogLine.unit_id == unit.id)
        .order_by(*(column.desc() for column in key))
        .limit(PAGE + 1)
    )
    if after:
        query = query.where(sa.tuple_(*key) < (after.occurred_at, after.ledger_seq))
    found = [Line(*row) for row in db.session.execute(query)]
    lines, more = found[:PAGE], len(found) > PAGE
    last = lines[-1] if more else None
    return Lines(lines, Cursor(last.occurred_at, last.ledger_seq) if last else None)
