"""Tables of people: accounts, memberships, sessions, phones, failed sign-ins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mallops.db import Model, Moment, Words

ROLES = ("officer", "supervisor", "manager", "team", "auditor", "admin")
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
THEMES = ("auto", "light", "dark")


class User(UserMixin, Model):  # type: ignore[misc]  # Flask-Login ships no types
    """A person with an account. Never deleted: entries point here."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str | None] = mapped_column(sa.String(10))  # None: the browser's
    theme: Mapped[str] = mapped_column(sa.String(10), default="auto")
    email: Mapped[str | None] = mapped_column(sa.String(254))  # None: no e-mail
    created_at: Mapped[Moment]
    disabled_at: Mapped[Moment | None]

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", order_by="Membership.id"
    )


class Organisation(Model):
    """Who employs a team: the mall itself, or a contractor that sees only its own."""

    __tablename__ = "organisations"
    __table_args__ = (sa.UniqueConstraint("mall_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[Words]
    contractor: Mapped[bool]


class Team(Model):
    """Engineering, cleaning, security … of one mall."""

    __tablename__ = "teams"
    __table_args__ = (sa.UniqueConstraint("mall_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[Words]

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Membership(Model):
    """A person's role in a mall, from one moment to another. Ended, never deleted."""

    __tablename__ = "memberships"
    __table_args__ = (
        sa.CheckConstraint(f"role IN {ROLES}", name="known_role"),
        sa.Index(None, "user_id", "mall_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    mall_id: Mapped[int] = mapped_column(sa.ForeignKey("malls.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    user: Mapped[User] = relationship(back_populates="memberships")
    team: Mapped[Team | None] = relationship(lazy="joined")

    def is_open(self, at: datetime) -> bool:
        return self.started_at <= at and (self.ended_at is None or at < self.ended_at)


class UserSession(Model):
    """One sign-in on one browser; the cookie carries only its secret."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    user_agent: Mapped[str] = mapped_column(sa.String(300))
    address: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    ended_because: Mapped[str | None] = mapped_column(sa.String(20))
    # The phone it is on; None: a browser that never opened the floor app.
    install_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("installs.id"), index=True
    )

    user: Mapped[User] = relationship(lazy="joined")


class Install(Model):
    """One browser profile on one phone, and when it was last in contact.

    ``user_id`` is who signed in on it last; None after signing out, when the
    phone is nobody's and owes no round.
    """

    __tablename__ = "installs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    user_agent: Mapped[str] = mapped_column(sa.String(300))
    first_seen_at: Mapped[Moment]
    last_contact_at: Mapped[Moment]
    # A binding counts that was issued after the last loss (mallops/sync/bindings.py).
    times_lost: Mapped[int] = mapped_column(default=0, server_default="0")
    # What it said of itself at its last contact: not trusted, only shown.
    highest_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    waiting: Mapped[int] = mapped_column(default=0, server_default="0")
    waiting_since: Mapped[Moment | None]

    user: Mapped[User | None] = relationship()


class SignInFailure(Model):
    """How often signing in failed for one account or from one address."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[Moment]
