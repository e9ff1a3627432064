"""Tables of checklists: published versions, inspections, failed answers, readings."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment, Words


class ChecklistVersion(Model):
    """A checklist as published in a mall. Never changed; a new version follows."""

    __tablename__ = "checklist_versions"
    __table_args__ = (sa.UniqueConstraint("mall_id", "code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int]
    title: Mapped[Words]
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of the definition
    published_at: Mapped[Moment]
    retired_at: Mapped[Moment | None]


class Inspection(Model):
    """A finished or aborted checklist; its answers stay in the entry's body."""

    __tablename__ = "inspections"
    __table_args__ = (sa.Index(None, "mall_id", "business_day"),)

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    business_day: Mapped[date]
    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("checklist_versions.id"), index=True
    )
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"), index=True)
    round_id: Mapped[str | None] = mapped_column(sa.String(120))
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment]
    answered: Mapped[int]
    failed: Mapped[int]
    aborted: Mapped[bool]

    version: Mapped[ChecklistVersion] = relationship(lazy="joined")


class FailedAnswer(Model):
    """One failed item of an inspection, so that problems are found without bodies."""

    __tablename__ = "failed_answers"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "item"),
        sa.Index(None, "mall_id", "business_day"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("inspections.entry_id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    business_day: Mapped[date]
    item: Mapped[str] = mapped_column(sa.String(20))
    severity: Mapped[str | None] = mapped_column(sa.String(2))
    triggers: Mapped[list[str]] = mapped_column(sa.JSON)
    note: Mapped[str] = mapped_column(sa.Text)
    fixed_on_spot: Mapped[bool]


class MeterReading(Model):
    """What a meter showed, for the next reader to see and not to go below."""

    __tablename__ = "meter_readings"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "item"),
        sa.Index(None, "mall_id", "spot", "meter", "read_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("inspections.entry_id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    spot: Mapped[str] = mapped_column(sa.String(40))  # place code or unit number
    item: Mapped[str] = mapped_column(sa.String(20))
    meter: Mapped[str] = mapped_column(sa.String(20))  # electricity, water, gas
    value: Mapped[float] = mapped_column(sa.Double)  # kWh or m³
    read_at: Mapped[Moment]
