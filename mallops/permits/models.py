"""The table of permits: what may be done, or is to come, where and when."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment
from mallops.people.models import User
from mallops.places.models import Place, Unit

KINDS = (
    "fitout_permit", "hot_work_permit", "goods_permit", "event", "visit", "delivery",
)  # fmt: skip
OUTCOMES = ("done", "cancelled")


class Permit(Model):
    """Something that is let happen for a time: works, goods out, an event, a visit.

    Planning like a roster: changed at the desk until it is right, so it is a plain
    table and no entries. What a shift was told of it is kept in its handover.
    """

    __tablename__ = "permits"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN {KINDS}", name="known_kind"),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name="known_outcome"),
        sa.CheckConstraint("unit_id IS NULL OR place_id IS NULL", name="one_spot"),
        sa.CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)", name="closed_with_an_outcome"
        ),
        sa.Index(None, "mall_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    title: Mapped[str] = mapped_column(sa.String(200))
    who: Mapped[str] = mapped_column(sa.String(200))  # company or contact
    people: Mapped[int | None]  # how many; of works, the workers that are permitted
    note: Mapped[str] = mapped_column(sa.Text)
    set_at: Mapped[Moment]  # when it was last changed
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[Moment]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(20))  # None: it stands
    closed_at: Mapped[Moment | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_because: Mapped[str | None] = mapped_column(sa.String(200))

    unit: Mapped[Unit | None] = relationship()
    place: Mapped[Place | None] = relationship()
    set_by: Mapped[User | None] = relationship(foreign_keys=[set_by_id])
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
