"""Tables of the inbox: what somebody was told of what, and their e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import BigId, Model, Moment
from mallops.people.models import User

# A finding; the weekly list of many, without an id; the handover of a shift, by its id.
SUBJECTS = ("finding", "list", "handover")


class InboxItem(Model):
    """One thing told to one person once, or passed over for a later one.

    ``subject_id`` has no foreign key: what it names is made again from the ledger.
    ``about`` is a step of the subject's ladder (``ladder``); ``told_at`` is None when a
    later step was told instead.
    """

    __tablename__ = "inbox_items"
    __table_args__ = (
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "user_id", "mall_id", "about"
        ),
        sa.CheckConstraint(f"subject_kind IN {SUBJECTS}", name="known_subject"),
        sa.Index(None, "user_id", "mall_id", "told_at"),
        # What is new: read with every page.
        sa.Index(None, "user_id", "mall_id", "acknowledged_at", "told_at"),
        sa.Index(None, "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[str] = mapped_column(sa.String(100))
    about: Mapped[str] = mapped_column(sa.String(40))
    due_at: Mapped[Moment]
    told_at: Mapped[Moment | None]
    acknowledged_at: Mapped[Moment | None]
    emailed_at: Mapped[Moment | None]

    user: Mapped[User] = relationship()


class InboxMailing(Model):
    """When a person may be sent the next digest; holding it off is how to claim it."""

    __tablename__ = "inbox_mailings"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    ready_at: Mapped[Moment]
    failures: Mapped[int]  # in a row, of sending to this person
