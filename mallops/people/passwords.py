"""Passwords: kept as argon2id, checked with equal work for people who do not exist."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The library's defaults: argon2id, 64 MiB, three passes, four lanes.
HASHER = PasswordHasher()
# One hash takes 64 MiB and every core it can get. Served by two workers that answer
# one request each, two can run at once on a machine; threads, where a server has
# them, wait here instead of multiplying that.
ONE_AT_A_TIME = BoundedSemaphore(1)


@dataclass(frozen=True)
class Check:
    """Whether a password fits; ``new_hash`` where the kept one is out of date."""

    fits: bool
    new_hash: str | None = None


def hash_password(password: str) -> str:
    with ONE_AT_A_TIME:
        return HASHER.hash(_whole(password))


def check_password(password_hash: str | None, password: str) -> Check:
    """Compare; without a hash, do the same work for nothing.

    Takes about 0.12 s: never call it while a transaction holds SQLite's write lock.
    """
    nobodys = _nobodys_hash()  # first, so that it costs every first caller the same
    fits = _verify(password_hash or nobodys, password)
    if not fits or password_hash is None:
        return Check(False)
    outdated = HASHER.check_needs_rehash(password_hash)
    return Check(True, hash_password(password) if outdated else None)


def _verify(password_hash: str, password: str) -> bool:
    with ONE_AT_A_TIME:
        try:
            return HASHER.verify(password_hash, _whole(password))
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys_hash() -> str:
    return hash_password(token_urlsafe(32))


def _whole(password: str) -> bytes:
    """All of it, in one spelling: keyboards differ in how they compose letters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def common_passwords() -> frozenset[str]:
    """The shipped list of what guessers try first, in lower case.

    Keyboard walks and words of our trade, and from what was breached elsewhere all of
    eight and more characters among the 20,000 commonest, as Django ships them (its
    licence lies beside the list).
    """
    text = (files("mallops.people") / "common_passwords.txt").read_text("utf-8")
    return frozenset(text.split())
