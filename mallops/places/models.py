"""Tables of places: malls, their floors and zones, units, tenants, trading hours."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import Model, Moment, Words

PLACE_KINDS = ("mall", "floor", "zone", "restroom")
UNIT_KINDS = ("shop", "counter", "kiosk", "storage")
UNIT_STATES = ("trading", "vacant", "fitout")


class Mall(Model):
    """One shopping mall. Its day starts at its own hour, in its own time zone."""

    __tablename__ = "malls"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[Words]
    time_zone: Mapped[str] = mapped_column(sa.String(60))
    day_starts_at: Mapped[time] = mapped_column(default=time(5, 0))
    # Switching times by key ("public_lighting_on": "09:45"), photo line and the like.
    settings: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[Moment]


class Place(Model):
    """The mall itself, a floor, a zone or a restroom: where a round is walked."""

    __tablename__ = "places"
    __table_args__ = (
        sa.UniqueConstraint("mall_id", "code"),
        sa.CheckConstraint(f"kind IN {PLACE_KINDS}", name="known_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[Words]
    floor: Mapped[str] = mapped_column(sa.String(10))  # "B1" … "L4", "EXT"
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    walk_order: Mapped[int]

    zone: Mapped[Place | None] = relationship(remote_side=[id])


class Tenant(Model):
    """Who trades in a unit, under which brand and trade category."""

    __tablename__ = "tenants"

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"), index=True)
    name: Mapped[Words]
    trade_category: Mapped[str] = mapped_column(sa.String(40))
    language: Mapped[str] = mapped_column(sa.String(10), default="zh-Hans")


class Unit(Model):
    """A shop, counter, kiosk or store: one premises with a number on its door."""

    __tablename__ = "units"
    __table_args__ = (
        sa.UniqueConstraint("mall_id", "no"),
        sa.CheckConstraint(f"kind IN {UNIT_KINDS}", name="known_kind"),
        sa.CheckConstraint(f"state IN {UNIT_STATES}", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    no: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20))
    floor: Mapped[str] = mapped_column(sa.String(10))
    zone_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), index=True)
    walk_order: Mapped[int]
    opens_on: Mapped[date | None]  # planned opening of a shop in fit-out

    zone: Mapped[Place] = relationship()


class Tenancy(Model):
    """Which tenant holds a unit on which days; ``ends_on`` is the last day."""

    __tablename__ = "tenancies"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), index=True)
    tenant_id: Mapped[int] = mapped_column(sa.ForeignKey("tenants.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    tenant: Mapped[Tenant] = relationship(lazy="joined")


class TradingHours(Model):
    """Opening and closing by weekday (0 Monday); a tenant's own, else the mall's."""

    __tablename__ = "trading_hours"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="known_weekday"),
        sa.Index(None, "mall_id", "tenant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tenants.id"))
    weekday: Mapped[int]
    opens_at: Mapped[time]
    closes_at: Mapped[time]  # before opens_at: after midnight
