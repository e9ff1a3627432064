"""Bindings: the server's signed word that a person signed in on an install."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "mallops-binding-1"
LONGEST = 200  # characters; ours have about 100


@dataclass(frozen=True)
class Binding:
    """Whose word it is, given on which phone.

    ``account_ms`` is when the account was made: a restored database gives the same
    id to somebody else. None in bindings of before, which did not say it.
    ``times_lost`` is how often the phone had been lost by then.
    """

    user_id: int
    install_id: UUID
    account_ms: int | None = None
    times_lost: int = 0


def issue(
    keys: Sequence[str],
    user_id: int,
    install_id: UUID,
    *,
    account_ms: int | None = None,
    times_lost: int = 0,
) -> str:
    """Sign with the first key; never expires: unsent work may come back late."""
    value: dict[str, int | str] = {"u": user_id, "i": install_id.hex}
    if account_ms is not None:
        value["c"] = account_ms
    if times_lost:
        value["l"] = times_lost
    return _signer(keys).dumps(value)


def milliseconds(moment: datetime) -> int:
    """Since 1970, exact on every database."""
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def read(keys: tuple[str, ...], text: str | None) -> Binding | None:
    """The binding, or None when it is missing or was not signed by us."""
    return _read(keys, text) if text and len(text) <= LONGEST else None


# A phone sends the same binding with each entry for months, and it is never taken back.
@lru_cache(maxsize=1000)
def _read(keys: tuple[str, ...], text: str) -> Binding | None:
    try:
        value: Any = _signer(keys).loads(text)
        made, lost = value.get("c"), int(value.get("l", 0))
        made = int(made) if made is not None else None
        return Binding(int(value["u"]), UUID(value["i"]), made, lost)
    except (BadSignature, AttributeError, KeyError, TypeError, ValueError):
        return None


def _signer(keys: Sequence[str]) -> URLSafeSerializer:
    # itsdangerous signs with the last key and accepts all.
    return URLSafeSerializer(list(reversed(keys)), salt=SALT)
