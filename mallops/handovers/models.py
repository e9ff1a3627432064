"""Tables of handovers: who signed what, who accepted, late entries, instructions.

All but the assets is derived from the ledger; ``mallops rebuild`` makes it again. What
was signed is in its entry, and read from there.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment, Words
from mallops.ledger.models import Entry
from mallops.people.models import User

VERDICTS = ("accept", "refuse")
RULINGS = ("stands", "sign_again")


class Handover(Model):
    """One version of a shift's handover, as the outgoing signed it.

    ``id`` is the id of its entry. Shift, team and times are those of the snapshot: the
    patterns may change. ``covers_from`` is what the snapshot says; an older one, which
    says nothing, covers from the beginning of its shift. ``lines`` are the keys of what
    is handed over.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        sa.Index(None, "mall_id", "shift"),
        sa.Index(None, "mall_id", "day"),
        sa.Index(None, "mall_id", "signed_at"),
    )

    id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"), primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    shift: Mapped[str] = mapped_column(sa.String(100))
    team: Mapped[str | None] = mapped_column(sa.String(40))  # None: operations
    day: Mapped[date]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    covers_from: Mapped[Moment | None]
    signed_at: Mapped[Moment]
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    lines: Mapped[list[str]] = mapped_column(sa.JSON)
    # Rounds that were not over when it was signed, and those it took over itself.
    still_due: Mapped[list[str]] = mapped_column(sa.JSON)
    carried: Mapped[list[str]] = mapped_column(sa.JSON)
    # Through which number of the ledger its entries were covered.
    through: Mapped[int] = mapped_column(sa.BigInteger)

    signed_by: Mapped[User | None] = relationship()
    entry: Mapped[Entry] = relationship()


class HandoverAcceptance(Model):
    """What the incoming said of a version, by its digest; it may arrive before it."""

    __tablename__ = "handover_acceptances"
    __table_args__ = (
        sa.CheckConstraint(f"verdict IN {VERDICTS}", name="known_verdict"),
        sa.Index(None, "mall_id", "shift"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    shift: Mapped[str] = mapped_column(sa.String(100))
    digest: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(sa.String(10))
    lines: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    notes: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    reason: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[User | None] = relationship()


class HandoverDecision(Model):
    """A manager's word on a version that was refused.

    ``handover_id`` has no foreign key: handovers are made again apart from it.
    """

    __tablename__ = "handover_decisions"
    __table_args__ = (
        sa.CheckConstraint(f"verdict IN {RULINGS}", name="known_verdict"),
        sa.Index(None, "handover_id"),
    )

    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("entries.id"), primary_key=True
    )
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    handover_id: Mapped[UUID]
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[User | None] = relationship()


class AddendumAcknowledgement(Model):
    """Who took note of an entry that came after the signature. The first one counts."""

    __tablename__ = "addendum_acknowledgements"
    __table_args__ = (sa.Index(None, "handover_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    handover_id: Mapped[UUID]
    late_entry_id: Mapped[UUID]
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User | None] = relationship()


class Instruction(Model):
    """What management wants the shifts to know (上级指示): all of them, or a team's."""

    __tablename__ = "instructions"
    __table_args__ = (sa.Index(None, "mall_id", "given_at"),)

    id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"), primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    team: Mapped[str | None] = mapped_column(sa.String(40))  # None: for all
    until: Mapped[date | None]  # its last day; None: until acknowledged
    given_at: Mapped[Moment]
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    given_by: Mapped[User | None] = relationship()


class InstructionAcknowledgement(Model):
    """A team took note of an instruction: it accepted its line of a handover."""

    __tablename__ = "instruction_acknowledgements"
    __table_args__ = (sa.Index(None, "instruction_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    instruction_id: Mapped[UUID]
    team: Mapped[str | None] = mapped_column(sa.String(40))
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User | None] = relationship()


class Asset(Model):
    """Something a shift counts and hands on: keys, radios, devices, the cash float."""

    __tablename__ = "assets"
    __table_args__ = (sa.UniqueConstraint("mall_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[Words]
    expected: Mapped[int]
    team: Mapped[str | None] = mapped_column(sa.String(40))  # None: operations
