"""Tables of the second factor: shared secrets, and recovery codes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from mallops.db import Model, Moment


class SecondFactor(Model):
    """What a person's authenticator shares with us. There is a row where it is on."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(sa.String(300))  # the secret: vault.py
    last_step: Mapped[int] = mapped_column(sa.BigInteger)  # no code counts twice
    since: Mapped[Moment]


class RecoveryCode(Model):
    """Gets a person in once without the authenticator."""

    __tablename__ = "recovery_codes"
    __table_args__ = (sa.UniqueConstraint("user_id", "begins_with"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    begins_with: Mapped[str] = mapped_column(sa.String(4))  # finds it: one hash a try
    code_hash: Mapped[str] = mapped_column(sa.String(200))  # of all of it
    used_at: Mapped[Moment | None]
