"""The hash chain: each entry's hash covers the entry before it (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

GENESIS = "0" * 64
# What the chain covers, in this order for ever. The body is covered by its sha256.
COVERED = (
    "ledger_seq",
    "id",
    "kind",
    "v",
    "install_id",
    "install_seq",
    "recorded_by_id",
    "carried_by_id",
    "recorded_at",
    "recorded_offset_minutes",
    "sent_at",
    "received_at",
    "occurred_at",
    "business_day",
    "sha256",
    "photos",
    "flags",
    "status",
    "held_because",
)


def link(previous: str, columns: Mapping[str, Any]) -> str:
    """The hash of an entry that follows the one whose hash is ``previous``."""
    values = [_PLAIN.get(type(value), str)(value) for value in _covered(columns)]
    text = "\n".join([previous, *values])
    return hashlib.sha256(text.encode()).hexdigest()


def body_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(value: datetime) -> str:
    return _text(value.astimezone(UTC))


# The entries of a batch share most of their moments. Only UTC comes here: in a zone
# with summer time two different moments may be equal.
@lru_cache(maxsize=200)
def _text(utc: datetime) -> str:
    return utc.isoformat(timespec="microseconds")


_covered = itemgetter(*COVERED)
# Looked up by type: a batch hashes a thousand values while others wait for its lock.
_PLAIN: dict[type, Callable[[Any], str]] = {
    datetime: _moment,
    list: " ".join,
    tuple: " ".join,
    type(None): lambda _: "",
}
