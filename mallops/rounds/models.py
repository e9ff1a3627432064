"""Tables of rounds: the plans they follow from, and which entry completed which."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from mallops.db import Model, Moment


class RoundPlan(Model):
    """Which checklist is walked where, when and by whom.

    ``starts`` are the planned starts on the mall's clock ("09:00"); one before the
    start of the business day belongs to the night that ends it. A plan is never
    changed: it ends on a day and another begins, so past days stay as they were.
    """

    __tablename__ = "round_plans"
    __table_args__ = (
        sa.UniqueConstraint("mall_id", "code", "valid_from"),
        sa.CheckConstraint("(role IS NULL) <> (team IS NULL)", name="one_doer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    checklist: Mapped[str] = mapped_column(sa.String(40))
    places: Mapped[list[str]] = mapped_column(sa.JSON)  # place codes or unit numbers
    starts: Mapped[list[str]] = mapped_column(sa.JSON)  # "HH:MM", the mall's clock
    weekdays: Mapped[list[int]] = mapped_column(sa.JSON)  # 0 Monday … 6 Sunday
    role: Mapped[str | None] = mapped_column(sa.String(20))
    team: Mapped[str | None] = mapped_column(sa.String(40))  # team code
    duration_minutes: Mapped[int]
    tolerance_minutes: Mapped[int] = mapped_column(default=10)
    grace_minutes: Mapped[int] = mapped_column(default=15)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # last day


class RoundCompletion(Model):
    """An inspection that was walked for a round; the earliest finish decides."""

    __tablename__ = "round_completions"
    __table_args__ = (sa.Index(None, "mall_id", "business_day"),)

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    round_id: Mapped[str] = mapped_column(sa.String(120))
    business_day: Mapped[date]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment]
    late: Mapped[bool]
