"""Does a ledger hold together: of this database, or of a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.ledger import chain
from mallops.ledger.models import Entry, LedgerHead

CHUNK = 500
# Only what the chain covers: a backup may be older than the newest columns.
_WALK = (
    sa.select(Entry.body, Entry.chain, *(getattr(Entry, c) for c in chain.COVERED))
    .where(
        Entry.mall_id == sa.bindparam("mall_id"),
        Entry.ledger_seq > sa.bindparam("after"),
    )
    .order_by(Entry.ledger_seq)
    .limit(CHUNK)
)
_HEAD = sa.select(LedgerHead.ledger_seq, LedgerHead.chain).where(
    LedgerHead.mall_id == sa.bindparam("mall_id")
)


@dataclass(frozen=True)
class Break:
    """The first place where a ledger does not hold together."""

    ledger_seq: int
    entry_id: UUID | None
    reason: str


def first_break(connection: sa.Connection, mall_id: int) -> Break | None:
    """Walk the chain and name the first entry that was altered, moved or lost."""
    previous, expected = chain.GENESIS, 1
    for entry in _entries(connection, mall_id):
        reason = _fault(entry, expected, previous)
        if reason:
            return Break(expected, entry.id, reason)
        previous, expected = entry.chain, expected + 1
    head = connection.execute(_HEAD, {"mall_id": mall_id}).one_or_none()
    if head is None or tuple(head) != (expected - 1, previous):
        return Break(expected, None, "entries are missing at the end")
    return None


def _entries(connection: sa.Connection, mall_id: int) -> Iterator[sa.Row[Any]]:
    """A mall's entries by number, in chunks, without holding them all."""
    place = {"mall_id": mall_id, "after": 0}
    while chunk := connection.execute(_WALK, place).all():
        yield from chunk
        place["after"] = chunk[-1].ledger_seq


def _fault(entry: sa.Row[Any], expected: int, previous: str) -> str | None:
    if entry.ledger_seq != expected:
        return "an entry is missing before this one"
    if chain.body_hash(entry.body) != entry.sha256:
        return "the body was altered"
    if chain.link(previous, dict(entry._mapping)) != entry.chain:
        return "the entry or its place in the chain was altered"
    return None
