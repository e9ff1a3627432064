"""Tables of the daily log: what was decided about held entries."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import Model, Moment
from mallops.people.models import User

VERDICTS = ("accept", "void")


class HeldDecision(Model):
    """The one decision about a held entry: does it count, why, who says so.

    Derived from the ``held_decision`` entry ``decision_id``; one row per held entry,
    so that nothing is decided twice.
    """

    __tablename__ = "held_decisions"
    __table_args__ = (sa.CheckConstraint(f"verdict IN {VERDICTS}", name="known"),)

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"), unique=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"), index=True)
    verdict: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[Moment]

    decided_by: Mapped[User] = relationship(lazy="joined")
