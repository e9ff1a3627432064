"""Bindings: the server's signed word that a person signed in on an install."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "mallops-binding-1"
LONGEST = 200  # characters; ours have about 100


@dataclass(frozen=True)
class Binding:
    user_id: int
    install_id: UUID


def issue(keys: Sequence[str], user_id: int, install_id: UUID) -> str:
    """Sign with the first key; never expires: unsent work may come back late."""
    return _signer(keys).dumps({"u": user_id, "i": install_id.hex})


def read(keys: tuple[str, ...], text: str | None) -> Binding | None:
    """The binding, or None when it is missing or was not signed by us."""
    return _read(keys, text) if text and len(text) <= LONGEST else None


# A phone sends the same binding with each entry for months, and it is never taken back.
@lru_cache(maxsize=1000)
def _read(keys: tuple[str, ...], text: str) -> Binding | None:
    try:
        value: Any = _signer(keys).loads(text)
        return Binding(int(value["u"]), UUID(value["i"]))
    except (BadSignature, KeyError, TypeError, ValueError):
        return None


def _signer(keys: Sequence[str]) -> URLSafeSerializer:
    # itsdangerous signs with the last key and accepts all.
    return URLSafeSerializer(list(reversed(keys)), salt=SALT)
