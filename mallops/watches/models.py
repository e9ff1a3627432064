"""The table of tenants to watch."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import Model, Moment
from mallops.people.models import User
from mallops.places.models import Tenant, Unit


class TenantWatch(Model):
    """A mark on a tenant that the shifts look out for: arrears, goods leaving secretly.

    Somebody sets it on their word, as finance tells them: nothing in MallOps knows who
    owes rent, and what it does know, late doors and penalties, is told as such.
    """

    __tablename__ = "tenant_watches"
    __table_args__ = (sa.Index(None, "mall_id", "last_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    tenant_id: Mapped[int] = mapped_column(sa.ForeignKey("tenants.id"))
    reason: Mapped[str] = mapped_column(sa.String(200))
    last_day: Mapped[date]
    set_at: Mapped[Moment]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    ended_at: Mapped[Moment | None]  # before its last day was over
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    unit: Mapped[Unit] = relationship()
    tenant: Mapped[Tenant] = relationship()
    set_by: Mapped[User | None] = relationship(foreign_keys=[set_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
