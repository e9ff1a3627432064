"""Tables of shifts: when a team works, who is on, and how the roster was changed."""

from __future__ import annotations

from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment, Words
from mallops.people.models import User

CHANGES = ("added", "removed", "leads", "leads_not", "absent", "back")


class ShiftPattern(Model):
    """On which weekdays a team works from when to when, by the mall's clock.

    Without a team it is a shift of operations itself. ``ends_at`` may be after
    midnight. A pattern is never changed: it ends on a day and another begins, so past
    days stay as they were.
    """

    __tablename__ = "shift_patterns"
    __table_args__ = (
        sa.UniqueConstraint("mall_id", "team_id", "code", "first_day"),
        # No two NULLs are alike to the one above.
        sa.Index(
            "ix_shift_patterns_of_operations",
            "mall_id",
            "code",
            "first_day",
            unique=True,
            sqlite_where=sa.text("team_id IS NULL"),
            postgresql_where=sa.text("team_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))
    code: Mapped[str] = mapped_column(sa.String(40))  # "early"
    name: Mapped[Words]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    weekdays: Mapped[list[int]] = mapped_column(sa.JSON)  # 0 Monday … 6 Sunday
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class ShiftDuty(Model):
    """One person on one shift of one day: a line of the roster.

    A roster is planning, not work on the floor: it is changed at the desk until it is
    right, so it is a plain table and no entries. What a shift was when it was handed
    over is kept in its handover.
    """

    __tablename__ = "shift_duties"
    __table_args__ = (
        sa.UniqueConstraint("pattern_id", "day", "user_id"),
        sa.Index(None, "user_id", "day"),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR absent_reason IS NOT NULL",
            name="replaced_only_if_absent",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pattern_id: Mapped[int] = mapped_column(sa.ForeignKey("shift_patterns.id"))
    day: Mapped[date]  # the business day the shift starts on
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    is_lead: Mapped[bool] = mapped_column(default=False)
    absent_reason: Mapped[str | None] = mapped_column(sa.String(200))  # None: is there
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    set_at: Mapped[Moment]

    pattern: Mapped[ShiftPattern] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    replaced_by: Mapped[User | None] = relationship(foreign_keys=[replaced_by_id])
    set_by: Mapped[User | None] = relationship(foreign_keys=[set_by_id])


class RosterChange(Model):
    """Who changed what in the roster, and when. Never changed, never deleted."""

    __tablename__ = "roster_changes"
    __table_args__ = (
        sa.CheckConstraint(f"what IN {CHANGES}", name="known_change"),
        sa.Index(None, "pattern_id", "day"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pattern_id: Mapped[int] = mapped_column(sa.ForeignKey("shift_patterns.id"))
    day: Mapped[date]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    what: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[Moment]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    replaced_by: Mapped[User | None] = relationship(foreign_keys=[replaced_by_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
