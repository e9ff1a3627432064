"""A month of doors: per shop the days that were late, not open or early, and counts."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple, cast

import sqlalchemy as sa
from flask import url_for

from mallops import web
from mallops.daylog.days import today_of
from mallops.db import fetch
from mallops.doors import asked, lists
from mallops.doors.lists import Shop
from mallops.doors.models import DoorDay
from mallops.doors.offered import Choices
from mallops.places.models import Mall, Tenant

CASES = ("late", "not_open", "early")
_DOUBTED = ("late", "not_open", "early")  # states that may stand without a case

_day, _tenant = (cast(sa.Table, model.__table__) for model in (DoorDay, Tenant))
_within = (
    _day.c.mall_id == sa.bindparam("mall_id"),
    _day.c.day >= sa.bindparam("first"),
    _day.c.day <= sa.bindparam("last"),
)
_MARKS = sa.select(
    _day.c.unit_id, _day.c.tenant_id, _day.c.day, _day.c.state, _day.c["case"]
).where(*_within, _day.c["case"].is_not(None) | _day.c.state.in_(_DOUBTED))
_LOOKED_AT = (
    sa.select(_day.c.unit_id, _day.c.tenant_id, sa.func.count(_day.c.day.distinct()))
    .where(*_within)
    .group_by(_day.c.unit_id, _day.c.tenant_id)
)
_TENANTS = sa.select(_tenant.c.id, _tenant.c.name, _tenant.c.trade_category).where(
    _tenant.c.mall_id == sa.bindparam("mall_id")
)


class Mark(NamedTuple):
    """What a day of a shop is marked with, in the words of its wall.

    ``case``: what the ladder counts it as, if at all. A shop that opened very late
    counts as not open, and still it was late.
    """

    state: str
    case: str | None


@dataclass
class Row:
    """A shop under one tenant in a month; of two tenants each has a row."""

    shop: Shop
    days_seen: int = 0
    marks: dict[date, list[Mark]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()


@dataclass
class Total:
    """A trade category in a month."""

    category: str
    shops: int = 0
    counts: Counter[str] = field(default_factory=Counter)


class Month:
    """A month as it is asked for; each part is read when first needed."""

    def __init__(self, mall: Mall, first: date, args: Mapping[str, str]) -> None:
        self.mall, self.first, self.today = mall, first, today_of(mall)
        _, length = calendar.monthrange(first.year, first.month)
        self.last = first.replace(day=length)
        self.days = [first + timedelta(days=number) for number in range(length)]
        self.offered = Choices(mall)
        self.filters, self.errors = asked.read_filters(args, self.offered)
        self.doors = url_for("doors.today", mall=mall.code)

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date | None:
        following = self.last + timedelta(days=1)
        return following if following <= self.today else None

    def of(self, first: date) -> str:
        """The address of another month with the same filters."""
        return self._address(first, self.filters.params())

    def address(self, **changes: object) -> str:
        return self._address(self.first, self.filters.params(**changes))

    def _address(self, first: date, params: dict[str, str]) -> str:
        month, mall = first.isoformat()[:7], self.mall.code
        return url_for("doors.month", mall=mall, month=month, **params)  # type: ignore[arg-type]

    @cached_property
    def every(self) -> list[Row]:
        """The shops asked for in walking order, with or without a mark."""
        tenants = fetch(_TENANTS, mall_id=self.mall.id)
        known = {id_: (name, category, id_) for id_, name, category in tenants}
        units = {one.id: one for one in lists.shops(self.mall.id, self._asked_on)}
        rows = {(one.id, one.tenant_id): Row(one) for one in units.values()}
        for unit_id, tenant_id, days in self._fetch(_LOOKED_AT):
            key = unit_id, tenant_id
            if key not in rows:
                held = known.get(tenant_id, (None, None, None))
                rows[key] = Row(Shop(*units[unit_id][:5], *held))
            rows[key].days_seen = days
        for unit_id, tenant_id, day, state, case in self._fetch(_MARKS):
            _note(rows[unit_id, tenant_id], day, Mark(state, case))
        kept = self.offered.keeps
        order = {id_: number for number, id_ in enumerate(units)}
        found = [row for row in rows.values() if kept(row.shop, self.filters)]
        return sorted(found, key=lambda row: order[row.shop.id])

    @property
    def _asked_on(self) -> date:
        return max(self.first, min(self.last, self.today))

    def _fetch(self, statement: sa.Select[*tuple[object, ...]]) -> Sequence[sa.Row]:  # type: ignore[type-arg]
        return fetch(statement, mall_id=self.mall.id, first=self.first, last=self.last)

    @cached_property
    def rows(self) -> list[Row]:
        """As they are shown: the ones with most first, unless asked otherwise."""
        sort = self.filters.sort
        found = [row for row in self.every if self.filters.all or row.marks]
        if sort == "walk":
            return found
        if sort:
            return sorted(found, key=lambda row: -row.counts[sort])
        return sorted(found, key=lambda row: -row.total)

    @cached_property
    def categories(self) -> list[Total]:
        """Each trade category with its shops, the one with most first."""
        totals: dict[str, Total] = {}
        for row in self.every:
            if row.shop.category:
                total = totals.setdefault(row.shop.category, Total(row.shop.category))
                total.shops += 1
                total.counts += row.counts
        sort = self.filters.sort if self.filters.sort in CASES else ""

        def most(total: Total) -> int:
            return total.counts[sort] if sort else total.counts.total()

        return sorted(totals.values(), key=lambda total: -most(total))

    @property
    def counts(self) -> Counter[str]:
        return sum((row.counts for row in self.every), Counter())

    def category_name(self, code: str) -> str:
        return self.offered.categories.get(code, web.in_words({"en": code}))


def _note(row: Row, day: date, mark: Mark) -> None:
    row.marks.setdefault(day, []).append(mark)
    if mark.case:
        row.counts[mark.state] += 1
