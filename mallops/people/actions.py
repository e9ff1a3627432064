"""Changes to accounts and sessions: signing in and out, passwords, who may come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from secrets import token_urlsafe

import sqlalchemy as sa
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.db import db
from mallops.errors import Refused
from mallops.factors import queries as factors
from mallops.people import queries, rules, tries
from mallops.people.models import Membership, User, UserSession
from mallops.people.noted import note
from mallops.people.passwords import Check, common_passwords

KNOWN_FOR = timedelta(days=30)  # how long an address counts as a person's own
PROBLEMS = {
    "too_short": _l("Use at least 8 characters; a few words make a good password."),
    "too_long": _l("Use at most 128 characters."),
    "common": _l("This password is among the first that guessers try."),
    "guessable": _l("This is mostly the name of a person or a mall. Add other words."),
}

# -- Signing in and out ---------------------------------------------------------


class TooManyTries(Refused):
    """Somebody is guessing, or types badly; says for how many seconds to wait."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, ceil(wait.total_seconds()))
        wait_in_words = format_timedelta(timedelta(seconds=self.seconds), threshold=1)
        super().__init__(
            "too_many_tries",
            _("Too many tries. Please wait %(wait)s.", wait=wait_in_words),
        )


@dataclass(frozen=True)
class Attempt:
    """A try that has been counted. Plain values: no transaction is needed to hash."""

    keys: tuple[str, ...]
    user_id: int | None
    password_hash: str | None  # None: nobody of that name; hash all the same


def begin_sign_in(username: str, address: str, now: datetime) -> Attempt:
    """Count a try at this account from this address.

    Commit before hashing: SQLite's write lock must not be held for so long, and
    tries made at the same moment must see each other.

    Raises:
        TooManyTries: with the time to wait (the world's).
    """
    tidy = rules.tidy_username(username)
    user = queries.find_user(tidy)
    network = rules.network_of(address)
    known = user is not None and _has_been_at(user, network, now)
    account = rules.account_key(tidy, network if known else None)
    keys = (account, rules.address_key(address))
    ready_at = tries.take(keys, now)
    if ready_at is not None:
        raise TooManyTries(ready_at - now)
    return Attempt(
        keys, user.id if user else None, user.password_hash if user else None
    )


def finish_sign_in(attempt: Attempt, check: Check, now: datetime) -> User:
    """The person, if the password fits; takes the tries off the count.

    Of an account with a second factor only this one: who has the password would start
    the count afresh before each guess at the code.

    Raises:
        Refused: see checked().
    """
    user = checked(attempt, check)
    if check.new_hash:
        user.password_hash = check.new_hash
    done = tries.take_back if factors.is_on(user.id) else tries.forgive
    done(attempt.keys, now)
    return user


def checked(attempt: Attempt, check: Check) -> User:
    """The person, if the password fits; the try still counts.

    Raises:
        Refused: ``wrong_sign_in``; the same for a wrong name, a wrong password and
            a disabled account, so that nobody learns which names exist.
    """
    user = db.session.get(User, attempt.user_id) if attempt.user_id else None
    fits = check.fits and user and user.password_hash == attempt.password_hash
    if not user or not fits or user.disabled_at is not None:
        raise Refused("wrong_sign_in", _("User name and password do not match."))
    return user


def start_session(
    user: User, *, address: str, user_agent: str, now: datetime
) -> tuple[UserSession, str]:
    """A new session and its secret, of which only the digest is kept."""
    token = token_urlsafe(32)
    session = UserSession(
        token_sha256=digest(token),
        user=user,
        user_agent=user_agent.replace("\0", "")[:300],
        address=address[:60],
        created_at=now,
        last_seen_at=now,
    )
    db.session.add(session)
    db.session.flush()
    return session, token


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def end_session(
    session: UserSession, now: datetime, because: str = "signed_out"
) -> None:
    """End one session; a copy of its cookie is worth nothing from now on."""
    if session.ended_at is None:
        session.ended_at, session.ended_because = now, because
    db.session.flush()


def end_all_sessions(
    user: User, now: datetime, because: str, *, but: UserSession | None = None
) -> None:
    """Sign a person out everywhere, except perhaps here."""
    db.session.execute(
        sa.update(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        .where(UserSession.id != (but.id if but else 0))
        .values(ended_at=now, ended_because=because)
    )
    note("sessions ended", user.id, because=because)


def _has_been_at(user: User, network: str, now: datetime) -> bool:
    recent = sa.select(UserSession.address).where(
        UserSession.user_id == user.id, UserSession.created_at > now - KNOWN_FOR
    )
    addresses = db.session.scalars(recent.distinct())
    return network in {rules.network_of(address) for address in addresses}


# -- Accounts -------------------------------------------------------------------


def check_new_password(password: str, *words: str) -> None:
    """Refuse a bad new password. ``words``: what a guesser knows about the person.

    Raises:
        Refused: ``too_short``, ``too_long``, ``common`` or ``guessable``.
    """
    problem = rules.password_problem(password, words=words, common=common_passwords())
    if problem:
        raise Refused(problem, str(PROBLEMS[problem]))


def add_user(username: str, *, name: str, password_hash: str, now: datetime) -> User:
    """A new account, a member of nothing yet.

    Raises:
        Refused: ``bad_username`` or ``username_taken``.
    """
    tidy = rules.tidy_username(username)
    if not rules.is_username(tidy):
        raise Refused(
            "bad_username",
            _("A user name has letters, digits and . _ - @, at most 80 of them."),
        )
    if queries.find_user(tidy):
        raise Refused("username_taken", _("This user name is taken."))
    user = User(
        username=tidy,
        name=name.strip() or tidy,
        password_hash=password_hash,
        theme="auto",
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    note("account added", user.id)
    return user


def start_membership(
    user: User, mall_id: int, role: str, now: datetime, *, team_id: int | None = None
) -> Membership:
    """Give a person a role in a mall, from now on."""
    membership = Membership(
        user=user, mall_id=mall_id, role=role, team_id=team_id, started_at=now
    )
    db.session.add(membership)
    db.session.flush()
    note("role given", user.id, role=role, of_mall=mall_id)
    return membership


def end_membership(membership: Membership, by: User | None, now: datetime) -> None:
    """From now on the person has no business in this mall; the past stays theirs.

    Raises:
        Refused: ``not_yourself``; a mall must not lose its administrator by a slip.
    """
    if by and membership.user_id == by.id:
        raise Refused("not_yourself", _("You cannot end your own work here."))
    membership.ended_at = now
    db.session.flush()
    role, where = membership.role, membership.mall_id
    note("role ended", membership.user_id, role=role, of_mall=where)


def set_password(user: User, password_hash: str, now: datetime) -> None:
    """A new password; every session opened with the old one ends."""
    user.password_hash = password_hash
    note("password changed", user.id)
    end_all_sessions(user, now, "password")


def disable(user: User, now: datetime) -> None:
    """Out at once, everywhere; what the person recorded and belongs to stays."""
    user.disabled_at = now
    note("account disabled", user.id)
    end_all_sessions(user, now, "disabled")


def disable_member(user: User, mall_id: int, by: User, now: datetime) -> None:
    """Disable an account on the word of one mall's administrator.

    Raises:
        Refused: ``not_yourself``; ``belongs_elsewhere`` when another mall counts on
            this person, whose work this administrator cannot see.
    """
    if user.id == by.id:
        raise Refused("not_yourself", _("You cannot disable your own account."))
    if any(m.mall_id != mall_id for m in queries.memberships_of(user, now)):
        raise Refused(
            "belongs_elsewhere",
            _(
                "%(name)s also works in another mall. End the work here instead.",
                name=user.name,
            ),
        )
    disable(user, now)


def enable(user: User) -> None:
    user.disabled_at = None
    db.session.flush()
    note("account enabled", user.id)


def choose_language(user: User, language: str) -> None:
    user.language = language
    db.session.flush()


def choose_theme(user: User, theme: str) -> None:
    user.theme = theme
    db.session.flush()


def set_email(user: User, typed: str) -> None:
    """Where messages about findings go; nothing typed: none are sent.

    Raises:
        Refused: ``bad_email``.
    """
    address = typed.strip()
    if address and not rules.is_email(address):
        raise Refused("bad_email", _("An e-mail address looks like name@mall.example."))
    user.email = address or None
    db.session.flush()
    note("e-mail changed", user.id)
