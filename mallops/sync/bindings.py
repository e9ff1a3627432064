"""Bindings: the server's signed word that a person signed in on an install."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "mallops-binding-1"


@dataclass(frozen=True)
class Binding:
    user_id: int
    install_id: UUID


def issue(keys: Sequence[str], user_id: int, install_id: UUID) -> str:
    """Sign with the first key; never expires: unsent work may come back late."""
    return _signer(keys).dumps({"u": user_id, "i": install_id.hex})


def read(keys: Sequence[str], text: str | None) -> Binding | None:
    """The binding, or None when it is missing or was not signed by us."""
    if not text:
        return None
    try:
        value: Any = _signer(keys).loads(text)
        return Binding(int(value["u"]), UUID(value["i"]))
    except (BadSignature, KeyError, TypeError, ValueError):
        return None


def _signer(keys: Sequence[str]) -> URLSafeSerializer:
    # itsdangerous signs with the last key and accepts all.
    return URLSafeSerializer(list(reversed(keys)), salt=SALT)
