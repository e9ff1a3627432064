"""A day's sign-off: who signed, what came since, who may sign now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from mallops.db import db, fetch
from mallops.handovers.pages import Row
from mallops.ledger.models import LedgerHead, LogLine
from mallops.places.models import Mall
from mallops.places.rules import day_bounds

KIND = "day_sign_off"
# Built once: the page of each day asks them.
_HEAD = sa.select(LedgerHead.ledger_seq).where(
    LedgerHead.mall_id == sa.bindparam("mall_id")
)
_SIGN_OFF = (
    sa.select(LogLine)
    .where(
        LogLine.mall_id == sa.bindparam("mall_id"),
        LogLine.business_day == sa.bindparam("day"),
        LogLine.kind == KIND,
    )
    .options(joinedload(LogLine.person), defer(LogLine.search))
    .order_by(LogLine.ledger_seq.desc())
    .limit(1)
)


@dataclass(frozen=True)
class SignOff:
    """The newest sign-off of a day, and how many of its entries came after it."""

    line: LogLine
    since: int


@dataclass(frozen=True)
class DayToSign:
    """A day as a manager signs for it."""

    mall: Mall
    day: date
    rows: Sequence[Row]
    now: datetime

    @property
    def is_over(self) -> bool:
        times = (self.mall.time_zone, self.mall.day_starts_at)
        return self.now >= day_bounds(self.day, *times)[1]

    @property
    def through(self) -> int:
        ((seq,),) = fetch(_HEAD, mall_id=self.mall.id)
        return seq

    @property
    def handovers(self) -> list[dict[str, str]]:
        """The versions that count, as a sign-off names them."""
        signed = [row.signed for row in self.rows if row.signed]
        return [{"id": str(one.id), "digest": one.digest} for one in signed]

    @property
    def unsigned(self) -> list[Row]:
        return [row for row in self.rows if not row.signed]

    @property
    def incomplete(self) -> list[Row]:
        """Signed with missed rounds or differences that nobody gave a reason for."""
        signed = [(row, row.signed) for row in self.rows]
        return [row for row, one in signed if one and "incomplete" in one.entry.flags]

    def was_handed_over_by(self, user_id: int) -> bool:
        signed = [row.signed for row in self.rows if row.signed]
        return any(one.signed_by_id == user_id for one in signed)

    @property
    def current(self) -> SignOff | None:
        given = {"mall_id": self.mall.id, "day": self.day}
        line = db.session.scalar(_SIGN_OFF, given)
        if line is None:
            return None
        query = sa.select(sa.func.count()).where(
            LogLine.mall_id == self.mall.id,
            LogLine.business_day == self.day,
            LogLine.kind != KIND,
            LogLine.ledger_seq > line.summary["through"],
        )
        return SignOff(line, db.session.scalar(query) or 0)
