"""Reads of people: who is it, what may they do here, where are they signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from mallops.db import db, fetch
from mallops.people.models import Install, Membership, Team, User, UserSession
from mallops.people.rules import SessionLimits
from mallops.places.models import Mall


@dataclass(frozen=True)
class Member:
    """A line of the roster."""

    user: User
    membership: Membership
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tenure:
    """A role somebody held in a mall, from one moment to another."""

    mall_id: int
    role: str
    started_at: datetime
    ended_at: datetime | None

    def is_open(self, at: datetime) -> bool:
        return self.started_at <= at and (self.ended_at is None or at < self.ended_at)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who records or carries entries, with all roles ever held, oldest first."""

    id: int
    created_at: datetime
    is_disabled: bool
    tenures: tuple[Tenure, ...]

    def in_mall(self, mall_id: int) -> list[Tenure]:
        return [tenure for tenure in self.tenures if tenure.mall_id == mall_id]

    def home(self, at: datetime) -> int | None:
        """The mall they work in at a moment; the first, if there are several."""
        return next((t.mall_id for t in self.tenures if t.is_open(at)), None)


_SESSION = sa.select(UserSession).where(
    UserSession.token_sha256 == sa.bindparam("token_sha256")
)
_MEMBERSHIPS = (
    sa.select(Membership)
    .where(
        Membership.user_id == sa.bindparam("user_id"),
        Membership.started_at <= sa.bindparam("at"),
        Membership.ended_at.is_(None) | (Membership.ended_at > sa.bindparam("at")),
    )
    .options(lazyload(Membership.team))
    .order_by(Membership.id)
)
# At once: each page of the desk asks for both.
_PLACE_OF_WORK = (
    _MEMBERSHIPS.with_only_columns(Mall, Membership)
    .select_from(Membership)
    .join(Mall, Mall.id == Membership.mall_id)
    .where(Mall.code == sa.bindparam("code"))
)
_RECORDERS = (
    sa.select(
        User.id,
        User.created_at,
        User.disabled_at,
        Membership.mall_id,
        Membership.role,
        Membership.started_at,
        Membership.ended_at,
    )
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(User.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Membership.id)
)


def find_user(username: str) -> User | None:
    """By tidy name. No name holds NUL, which PostgreSQL would not even compare."""
    if "\0" in username:
        return None
    return db.session.scalar(sa.select(User).where(User.username == username))


def find_session(token_sha256: str) -> UserSession | None:
    return db.session.scalar(_SESSION, {"token_sha256": token_sha256})


def sessions_of(user: User, limits: SessionLimits, at: datetime) -> list[UserSession]:
    """Where a person is signed in, the one used last first."""
    rows = db.session.scalars(
        sa.select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return [r for r in rows if not limits.is_over(r.created_at, r.last_seen_at, at)]


def find_own_session(user: User, session_id: int) -> UserSession | None:
    session = db.session.get(UserSession, session_id)
    return session if session and session.user_id == user.id else None


def phones_of(user: User) -> list[Install]:
    """Phones this person signed in on last, the one heard of last first."""
    return list(
        db.session.scalars(
            sa.select(Install)
            .where(Install.user_id == user.id)
            .order_by(Install.last_contact_at.desc())
        )
    )


def find_own_phone(user: User, install_id: UUID) -> Install | None:
    install = db.session.get(Install, install_id)
    return install if install and install.user_id == user.id else None


def memberships_of(user: User, at: datetime) -> list[Membership]:
    """What a person is at this moment, in each mall, oldest first."""
    return list(db.session.scalars(_MEMBERSHIPS, {"user_id": user.id, "at": at}))


def find_membership(user: User, mall_id: int, at: datetime) -> Membership | None:
    own = [m for m in memberships_of(user, at) if m.mall_id == mall_id]
    return own[-1] if own else None


def find_place_of_work(
    user: User, code: str, at: datetime
) -> tuple[Mall, Membership] | None:
    """A mall, and what a person is there at this moment; None: nothing, or no mall.

    By its code. None holds NUL, which PostgreSQL would not even compare.
    """
    if "\0" in code:
        return None
    given = {"user_id": user.id, "code": code, "at": at}
    found = None  # of two roles in one mall the newer one
    for mall, membership in db.session.execute(_PLACE_OF_WORK, given):
        found = mall, membership
    return found


def memberships_in(user_id: int, mall_id: int) -> list[Membership]:
    """All roles a person ever held in a mall, ended ones too, oldest first."""
    rows = sa.select(Membership).where(
        Membership.user_id == user_id, Membership.mall_id == mall_id
    )
    rows = rows.options(lazyload(Membership.team)).order_by(Membership.id)
    return list(db.session.scalars(rows))


def recorders(ids: Iterable[int]) -> dict[int, Recorder]:
    """The people among these ids, as their entries are judged by them."""
    found: dict[int, list[Any]] = {}
    for id_, created_at, disabled_at, *tenure in fetch(_RECORDERS, ids=list(ids)):
        found.setdefault(id_, [created_at, disabled_at is not None]).append(tenure)
    return {
        id_: Recorder(
            id_, created, disabled, tuple(Tenure(*t) for t in tenures if t[0])
        )
        for id_, (created, disabled, *tenures) in found.items()
    }


def current_membership(user: User, at: datetime) -> Membership | None:
    """Where a person works at this moment; the first, if there are several."""
    return next(iter(memberships_of(user, at)), None)


def mall_of(membership: Membership) -> Mall:
    return db.session.get_one(Mall, membership.mall_id)


def roster(mall_id: int, at: datetime) -> list[Member]:
    """Everybody with a role in the mall, by name."""
    last_seen = (
        sa.select(sa.func.max(UserSession.last_seen_at))
        .where(UserSession.user_id == User.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(User, Membership, last_seen)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.mall_id == mall_id, _open(at))
        .order_by(User.name, User.id)
    )
    return [Member(*row) for row in rows]


def find_member(mall_id: int, user_id: int, at: datetime) -> User | None:
    """A person of this mall; nobody of another one."""
    user = db.session.get(User, user_id)
    return user if user and find_membership(user, mall_id, at) else None


def find_team(mall_id: int, code: str) -> Team | None:
    return db.session.scalar(
        sa.select(Team).where(Team.mall_id == mall_id, Team.code == code)
    )


def words_about(user: User, at: datetime) -> list[str]:
    """What a guesser knows about a person: names, and the malls they work in."""
    malls = [mall_of(m) for m in memberships_of(user, at)]
    return [user.username, user.name, *words_about_malls(malls)]


def words_about_malls(malls: list[Mall]) -> list[str]:
    return [word for mall in malls for word in (mall.code, *mall.name.values())]


def all_users() -> list[User]:
    return list(db.session.scalars(sa.select(User).order_by(User.username)))


def _open(at: datetime) -> sa.ColumnElement[bool]:
    ended = Membership.ended_at
    return sa.and_(Membership.started_at <= at, ended.is_(None) | (ended > at))
