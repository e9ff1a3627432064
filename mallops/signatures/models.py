"""The table of countersignatures."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import Model, Moment
from mallops.people.models import User

PARTIES = ("supervisor", "security")


class Countersignature(Model):
    """A second person signed an inspection. The first one counts; all are shown.

    ``inspection_id`` has no foreign key: inspections are made again apart from it.
    ``party`` is empty where somebody let count what nobody in particular had signed.
    """

    __tablename__ = "countersignatures"
    __table_args__ = (
        sa.CheckConstraint(f"party IN {PARTIES}", name="known_party"),
        sa.Index(None, "inspection_id"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    inspection_id: Mapped[UUID]
    party: Mapped[str | None] = mapped_column(sa.String(20))
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[User | None] = relationship()
