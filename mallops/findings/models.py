"""Tables of findings: what was found, and each step of its follow-up.

Both are derived from the ledger; ``mallops rebuild`` makes them again.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment, Words
from mallops.people.models import User
from mallops.places.models import Place, Unit

SEVERITIES = ("S1", "S2", "S3", "S4")
STATES = (
    "open", "assigned", "in_progress", "waiting", "rejected", "fixed",
    "verified", "fixed_on_spot", "void",
)  # fmt: skip


class Finding(Model):
    """A problem, as it stands by all steps known so far (``rules.follow``).

    ``id`` is the id of the entry that opened it, for a failed item with a dot and
    the item's code behind. ``number`` is what people call it: the ledger number of
    that entry. ``acknowledge_by`` and ``fix_by`` are None where the severity sets no
    limit; ``fix_by`` moves on by the time the clock stood still.
    """

    __tablename__ = "findings"
    __table_args__ = (
        sa.CheckConstraint(f"severity IN {SEVERITIES}", name="known_severity"),
        sa.CheckConstraint(f"state IN {STATES}", name="known_state"),
        sa.Index(
            "ix_findings_open",
            "mall_id",
            "fix_by",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        # The list by urgency: one stretch of the index per state.
        sa.Index(
            "ix_findings_urgency",
            "mall_id",
            "state",
            "fix_by",
            "id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        # The numbers above it, without a look at the rows; SQLite looks there for
        # any column it must compare, so closed_at is among them.
        sa.Index(
            "ix_findings_counted",
            "mall_id",
            "team",
            "severity",
            "state",
            "fix_by",
            "closed_at",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_findings_closed",
            "mall_id",
            "closed_at",
            "id",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        ),
        sa.Index(None, "mall_id", "opened_at"),
        sa.Index(None, "unit_id", "opened_at"),
        sa.Index(None, "place_id", "opened_at"),
    )

    id: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    number: Mapped[str] = mapped_column(sa.String(40))  # "4712", "4712-O08"
    category: Mapped[str] = mapped_column(sa.String(20))
    triggers: Mapped[list[str]] = mapped_column(sa.JSON)
    checklist: Mapped[str | None] = mapped_column(sa.String(40))
    item: Mapped[str | None] = mapped_column(sa.String(20))
    title: Mapped[Words]  # the item's text; empty for one seen outside a checklist
    text: Mapped[str] = mapped_column(sa.Text)  # in the words of who found it
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # incidents, complaints
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    business_day: Mapped[date]
    opened_at: Mapped[Moment]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    fixed_on_spot: Mapped[bool]
    fix_minutes: Mapped[int | None]  # the item's own limit, before the severity's
    first_severity: Mapped[str] = mapped_column(sa.String(2))
    first_team: Mapped[str | None] = mapped_column(sa.String(40))

    # As it stands by all steps known so far:
    severity: Mapped[str] = mapped_column(sa.String(2))
    state: Mapped[str] = mapped_column(sa.String(20))
    team: Mapped[str | None] = mapped_column(sa.String(40))  # None: operations
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    acknowledge_by: Mapped[Moment | None]
    fix_by: Mapped[Moment | None]
    acknowledged_at: Mapped[Moment | None]
    waiting_since: Mapped[Moment | None]
    waiting_for: Mapped[str | None] = mapped_column(sa.String(20))
    fixed_at: Mapped[Moment | None]
    fixed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_at: Mapped[Moment | None]
    verified_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    contradicted: Mapped[bool]  # steps that cannot both be true, until one settles it
    seen_again: Mapped[int]  # times a later round met it still there
    last_step_at: Mapped[Moment]

    place: Mapped[Place | None] = relationship(foreign_keys=[place_id])
    zone: Mapped[Place | None] = relationship(foreign_keys=[zone_id])
    unit: Mapped[Unit | None] = relationship()
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    fixed_by: Mapped[User | None] = relationship(foreign_keys=[fixed_by_id])
    verified_by: Mapped[User | None] = relationship(foreign_keys=[verified_by_id])


class FindingUpdate(Model):
    """One step of the follow-up. Written once; ``counts`` may change with the order.

    ``finding_id`` has no foreign key: a step may arrive before its finding.
    """

    __tablename__ = "finding_updates"
    __table_args__ = (sa.Index(None, "finding_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    finding_id: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[Moment]
    # The phone's own count, for steps of one moment (docs/sync.md); 0 from the desk.
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    step: Mapped[str] = mapped_column(sa.String(20))
    seen: Mapped[str | None] = mapped_column(sa.String(20))  # the state it was made on
    text: Mapped[str] = mapped_column(sa.Text)
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    team: Mapped[str | None] = mapped_column(sa.String(40))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    severity: Mapped[str | None] = mapped_column(sa.String(2))
    fix_by: Mapped[Moment | None]
    waiting_for: Mapped[str | None] = mapped_column(sa.String(20))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    counts: Mapped[bool]  # False: it contradicts what stood when it was made

    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    person: Mapped[User | None] = relationship(foreign_keys=[person_id])
