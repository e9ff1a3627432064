"""A sign-in half done: what this browser has shown so far, sealed in its cookie."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from flask import session

from mallops.db import db
from mallops.factors import queries, rules, vault
from mallops.people.models import User

HALF, OFFERED = "half", "offered"  # keys of the cookie


def begin(user: User, now: datetime) -> str:
    """The password was right: remember it for a while. What is missing, by endpoint."""
    session[HALF] = [user.id, vault.seal(user.id, _password_of(user), now)]
    session.permanent = True  # phones kill the browser behind the authenticator
    if queries.is_on(user.id):
        return "factors.code"
    offer(user.id, now)
    return "factors.enrol"


def person(now: datetime) -> User | None:
    """Who gave the right password here, not long ago, and has it still."""
    match session.get(HALF):
        case [int(user_id), str(sealed)]:
            shown = vault.unseal_fresh(user_id, sealed, now)
            user = db.session.get(User, user_id) if shown else None
            if user and user.disabled_at is None and shown == _password_of(user):
                return user
    return None


def _password_of(user: User) -> str:
    return sha256(user.password_hash.encode()).hexdigest()


def offer(user_id: int, now: datetime) -> None:
    """A new secret to be set up by this browser, and by no other."""
    session[OFFERED] = vault.seal(user_id, rules.new_secret(), now)


def offered(user_id: int, now: datetime) -> str | None:
    sealed = session.get(OFFERED)
    if not isinstance(sealed, str):
        return None
    return vault.unseal_fresh(user_id, sealed, now)


def take_back() -> None:
    session.pop(OFFERED, None)
