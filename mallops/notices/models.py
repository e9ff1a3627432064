"""Tables of notices: what was issued, each step after it, penalties proposed.

All are derived from the ledger; ``mallops rebuild`` makes them again. Drafts are in no
table: a draft is a finding that calls for a notice and has none (``queries.drafts``).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment, Words
from mallops.findings.models import Finding
from mallops.people.models import User
from mallops.places.models import Unit

LEVELS = ("verbal", "written")
STATES = ("issued", "not_reached", "refused", "delivered", "withdrawn")
PENALTY_STATES = ("proposed", "approved", "declined")


class Notice(Model):
    """A notice to a tenant, as issued, and how it stands (``rules.follow``).

    ``id`` is the id of the entry that issued it. ``tenant`` is the name as it stands
    on the paper, None of a unit without one. ``rectify_by`` is None where nothing is
    left to put right: the notice is a warning only.
    """

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("mall_id", "number"),
        sa.CheckConstraint(f"level IN {LEVELS}", name="known_level"),
        sa.CheckConstraint(f"state IN {STATES}", name="known_state"),
        sa.Index(None, "mall_id", "issued_at", "id"),
        sa.Index(None, "mall_id", "state"),
        sa.Index(None, "unit_id", "issued_at"),
        sa.Index(None, "finding_id"),
    )

    id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"), primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    # No foreign key: findings are made again apart from what refers to them.
    finding_id: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[str] = mapped_column(sa.String(40))  # "2026-0012"
    level: Mapped[str] = mapped_column(sa.String(20))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    tenant: Mapped[Words]
    what: Mapped[str] = mapped_column(sa.Text)
    clause: Mapped[str] = mapped_column(sa.Text)
    rectify_by: Mapped[Moment | None]
    language: Mapped[str] = mapped_column(sa.String(10))
    issued_at: Mapped[Moment]
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    # As it stands by all steps known so far:
    state: Mapped[str] = mapped_column(sa.String(20))
    served_at: Mapped[Moment | None]  # signed for or refused
    signer_name: Mapped[str] = mapped_column(sa.String(200))
    withdrawn_at: Mapped[Moment | None]
    contradicted: Mapped[bool]  # two steps that cannot both be true
    replies: Mapped[int]

    unit: Mapped[Unit] = relationship()
    issued_by: Mapped[User | None] = relationship()
    finding: Mapped[Finding] = relationship(
        primaryjoin="foreign(Notice.finding_id) == Finding.id", viewonly=True
    )


class NoticeStep(Model):
    """One step after the issue: delivered or not, a reply, the withdrawal.

    ``notice_id`` has no foreign key: a step may arrive before its notice.
    """

    __tablename__ = "notice_steps"
    __table_args__ = (sa.Index(None, "notice_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    notice_id: Mapped[UUID]
    at: Mapped[Moment]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    step: Mapped[str] = mapped_column(sa.String(20))
    outcome: Mapped[str | None] = mapped_column(sa.String(20))  # of a delivery
    # Who signed for it, or who replied.
    who: Mapped[str] = mapped_column(sa.String(200))
    signature: Mapped[str | None] = mapped_column(sa.String(64))
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    text: Mapped[str] = mapped_column(sa.Text)
    counts: Mapped[bool]  # False: it changed nothing when it was made

    by: Mapped[User | None] = relationship()


class Penalty(Model):
    """A contractual penalty (违约金) somebody proposed, and what a manager decided.

    ``amount`` is in minor units of ``currency`` (cents, 分); None: the clause says it.
    ``notice_id`` has no foreign key, as above.
    """

    __tablename__ = "penalties"
    __table_args__ = (
        sa.CheckConstraint(f"state IN {PENALTY_STATES}", name="known_state"),
        sa.Index(None, "mall_id", "proposed_at", "id"),
        sa.Index(None, "notice_id"),
    )

    id: Mapped[UUID] = mapped_column(sa.ForeignKey("entries.id"), primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    notice_id: Mapped[UUID | None]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    business_day: Mapped[date]
    clause: Mapped[str] = mapped_column(sa.Text)
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    text: Mapped[str] = mapped_column(sa.Text)
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    proposed_at: Mapped[Moment]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    state: Mapped[str] = mapped_column(sa.String(20))
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decision_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("entries.id"))
    decision_text: Mapped[str] = mapped_column(sa.Text)

    unit: Mapped[Unit] = relationship()
    notice: Mapped[Notice | None] = relationship(
        primaryjoin="foreign(Penalty.notice_id) == Notice.id", viewonly=True
    )
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
