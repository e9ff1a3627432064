"""Tables of doors: sightings, what a day says of a shop, hours, decisions on cases.

All but the exceptions is derived from the ledger; ``mallops rebuild`` makes it again.
"""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment, Words
from mallops.people.models import User
from mallops.places.models import Unit

EVENTS = ("opening", "closing")
CLOSURE_STATES = ("asked", "approved", "refused")
STEPS = ("verbal", "written", "penalty", "manager")


class DoorSighting(Model):
    """One look at one door, kept for ever; a withdrawn one no longer counts."""

    __tablename__ = "door_sightings"
    __table_args__ = (
        sa.CheckConstraint(f"event IN {EVENTS}", name="known_event"),
        sa.Index(None, "unit_id", "day", "event"),
        sa.Index(None, "mall_id", "day"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    day: Mapped[date]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    event: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[Moment]
    # The phone's own count, for sightings of one moment (docs/sync.md).
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(sa.String(20))
    how: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str | None] = mapped_column(sa.String(20))
    staff: Mapped[int | None]
    lights: Mapped[bool | None]
    tidy: Mapped[bool | None]
    locked: Mapped[bool | None]
    note: Mapped[str] = mapped_column(sa.Text)
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    withdrawn: Mapped[bool] = mapped_column(default=False)

    by: Mapped[User | None] = relationship()


class DoorDay(Model):
    """What is known of one shop at one event of a day (``rules.DoorState``).

    A shop that nobody looked at has no row. ``planned_at`` is the hour it was judged
    by; None: it need not open that day. ``least`` and ``most`` in minutes.
    """

    __tablename__ = "door_days"
    __table_args__ = (
        sa.CheckConstraint(f"event IN {EVENTS}", name="known_event"),
        sa.Index(None, "mall_id", "day"),
        sa.Index(
            "ix_door_days_cases",
            "mall_id",
            "unit_id",
            "day",
            sqlite_where=sa.text('"case" IS NOT NULL'),
            postgresql_where=sa.text('"case" IS NOT NULL'),
        ),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tenants.id"))
    planned_at: Mapped[Moment | None]
    state: Mapped[str] = mapped_column(sa.String(20))
    seen_at: Mapped[Moment | None]
    least: Mapped[int | None]
    most: Mapped[int | None]
    contradicted: Mapped[bool]
    bulk: Mapped[bool]
    case: Mapped[str | None] = mapped_column(sa.String(10))

    unit: Mapped[Unit] = relationship()


class HoursException(Model):
    """Other hours, or none, from one day to another: a holiday, a season. From files.

    For all shops, or for one tenant. A side without a time keeps the usual hour;
    ``weekdays`` (0 Monday) None: on all days.
    """

    __tablename__ = "hours_exceptions"
    __table_args__ = (sa.Index(None, "mall_id", "first_day", "last_day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tenants.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    weekdays: Mapped[list[int] | None] = mapped_column(sa.JSON(none_as_null=True))
    closed: Mapped[bool]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    name: Mapped[Words]


class Closure(Model):
    """A closure (报备停业) or other hours that somebody asked for, and the decision.

    ``id`` is the id of the entry that asks. ``unit_id`` None: the whole mall. Once
    approved it goes before all other hours; of two, the one approved last.
    """

    __tablename__ = "door_closures"
    __table_args__ = (
        sa.CheckConstraint(f"state IN {CLOSURE_STATES}", name="known_state"),
        sa.Index(None, "mall_id", "state", "last_day"),
        sa.Index(None, "mall_id", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"), primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    closed: Mapped[bool]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    state: Mapped[str] = mapped_column(sa.String(10))
    decision_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("entries.id"))
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decision_text: Mapped[str] = mapped_column(sa.Text)

    unit: Mapped[Unit | None] = relationship()
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class Dismissal(Model):
    """A case of a shop's day that was taken out: it no longer counts, however seen."""

    __tablename__ = "door_dismissals"
    __table_args__ = (
        sa.CheckConstraint(f"event IN {EVENTS}", name="known_event"),
        sa.Index(None, "unit_id", "day"),
        sa.Index(None, "mall_id", "day"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    day: Mapped[date]
    event: Mapped[str] = mapped_column(sa.String(10))
    cause: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    unit: Mapped[Unit] = relationship()
    by: Mapped[User | None] = relationship()


class CaseDecision(Model):
    """A step of the ladder that was taken for a shop, by the day of its case.

    ``notice_id`` and ``penalty_id`` name what it led to. They have no foreign keys:
    tables are made again apart from what refers to them.
    """

    __tablename__ = "case_decisions"
    __table_args__ = (
        sa.CheckConstraint(f"step IN {STEPS}", name="known_step"),
        sa.Index(None, "mall_id", "day"),
        sa.Index(None, "unit_id", "day"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    day: Mapped[date]
    step: Mapped[str] = mapped_column(sa.String(10))
    notice_id: Mapped[UUID | None]
    penalty_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User | None] = relationship()
