"""Tables of the ledger: entries and their chain, log lines, photos, tombstones.

``entries`` is append only. What pages show of an entry is its log line, which
``mallops rebuild`` can make again from the entry.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment
from mallops.people.models import User
from mallops.places.models import Place, Unit

STATUSES = ("accepted", "held")
LINE_STATES = ("accepted", "held", "void")


class Entry(Model):
    """One thing recorded on the floor, as the phone sealed it. Written once.

    ``recorded_at`` is the phone's own time; ``occurred_at`` is the corrected one
    where the phone's clock was off, else the same. ``chain`` is the hash over this
    entry and the one before it in the same mall.
    """

    __tablename__ = "entries"
    __table_args__ = (
        sa.UniqueConstraint("mall_id", "ledger_seq"),
        sa.CheckConstraint(f"status IN {STATUSES}", name="known_status"),
        sa.Index(None, "install_id", "install_seq"),
        sa.Index(
            "ix_entries_held",
            "mall_id",
            "ledger_seq",
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    ledger_seq: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.String(40))
    v: Mapped[int]
    install_id: Mapped[UUID | None]  # None: made on a desk page
    install_seq: Mapped[int | None] = mapped_column(sa.BigInteger)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    carried_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    recorded_at: Mapped[Moment]
    recorded_offset_minutes: Mapped[int]
    sent_at: Mapped[Moment]
    received_at: Mapped[Moment]
    occurred_at: Mapped[Moment]
    business_day: Mapped[date]
    body: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    flags: Mapped[list[str]] = mapped_column(sa.JSON)
    status: Mapped[str] = mapped_column(sa.String(20))
    held_because: Mapped[str | None] = mapped_column(sa.String(40))
    chain: Mapped[str] = mapped_column(sa.String(64))

    recorded_by: Mapped[User | None] = relationship(foreign_keys=[recorded_by_id])
    carried_by: Mapped[User] = relationship(foreign_keys=[carried_by_id])


class LogLine(Model):
    """What the pages of a day show of one entry; derived, can be rebuilt."""

    __tablename__ = "log_lines"
    __table_args__ = (
        sa.CheckConstraint(f"state IN {LINE_STATES}", name="known_state"),
        sa.Index(None, "mall_id", "business_day", "occurred_at", "ledger_seq"),
        sa.Index(None, "unit_id", "occurred_at"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    business_day: Mapped[date]
    occurred_at: Mapped[Moment]
    ledger_seq: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(20))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    problem: Mapped[bool]
    summary: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    search: Mapped[str] = mapped_column(sa.Text)

    entry: Mapped[Entry] = relationship()
    person: Mapped[User | None] = relationship()
    place: Mapped[Place | None] = relationship(foreign_keys=[place_id])
    zone: Mapped[Place | None] = relationship(foreign_keys=[zone_id])
    unit: Mapped[Unit | None] = relationship()


class LedgerHead(Model):
    """The last number and hash of a mall's ledger; its row is the writers' queue."""

    __tablename__ = "ledger_heads"

    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"), primary_key=True)
    ledger_seq: Mapped[int] = mapped_column(sa.BigInteger)
    chain: Mapped[str] = mapped_column(sa.String(64))
    backed_up_through: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class Epoch(Model):
    """The random id of this database's life; restoring a backup starts a new one."""

    __tablename__ = "epochs"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(40))
    started_at: Mapped[Moment]


class Tombstone(Model):
    """The id of an entry that was erased on purpose; it answers ``gone``.

    ``erasure_id`` is the entry of the ledger that says so, the newest one where there
    are several; None: this database never had the entry (docs/privacy.md).
    """

    __tablename__ = "tombstones"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    erased_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(sa.Text)
    erasure_id: Mapped[UUID | None]


class ErasedPhoto(Model):
    """A photo that was erased on purpose; one that is sent again is not kept."""

    __tablename__ = "erased_photos"

    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    erased_at: Mapped[Moment]


class Quarantined(Model):
    """Bytes that could not become an entry, kept for a person to look at."""

    __tablename__ = "quarantined"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mall_id: Mapped[int | None] = mapped_column(sa.ForeignKey("malls.id"), index=True)
    carried_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    received_at: Mapped[Moment]
    code: Mapped[str] = mapped_column(sa.String(40))
    entry_id: Mapped[str | None] = mapped_column(sa.String(60))
    raw_sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    raw: Mapped[str] = mapped_column(sa.Text)

    carried_by: Mapped[User] = relationship()


class Photo(Model):
    """A photo a phone sealed (``sha256``) and the clean copy kept of it."""

    __tablename__ = "photos"

    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    stored_sha256: Mapped[str] = mapped_column(sa.String(64))
    stored_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    uploaded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    received_at: Mapped[Moment]
