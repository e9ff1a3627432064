"""Does a ledger hold together: of this database, or of a copy of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from mallops.ledger import chain
from mallops.ledger.models import Entry, LedgerHead, Tombstone

CHUNK = 500
ERASURE = "erasure"  # the kind of entry that tells of an erasure
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
    for chunk in _chunks(connection, mall_id):
        altered = [one.id for one in chunk if chain.body_hash(one.body) != one.sha256]
        remains = what_remains(connection, altered)
        for entry in chunk:
            reason = _fault(entry, expected, previous, remains)
            if reason:
                return Break(expected, entry.id, reason)
            previous, expected = entry.chain, expected + 1
    head = connection.execute(_HEAD, {"mall_id": mall_id}).one_or_none()
    if head is None or tuple(head) != (expected - 1, previous):
        return Break(expected, None, "entries are missing at the end")
    return None


class _Erasure(msgspec.Struct):
    """What an entry that tells of an erasure says of the erased ones."""

    entries: dict[UUID, str] = {}


def what_remains(
    connection: sa.Connection, ids: Collection[UUID]
) -> Mapping[UUID, str]:
    """Of those that were erased: the hash of what is left of the body.

    It stands in the entry that tells of the erasure, which the chain covers.
    """
    if not ids:
        return {}
    named = sa.select(Tombstone.entry_id, Tombstone.erasure_id)
    rows = connection.execute(named.where(Tombstone.entry_id.in_(ids))).all()
    told_in = {row.entry_id: row.erasure_id for row in rows if row.erasure_id}
    said = sa.select(Entry.id, Entry.body).where(
        Entry.id.in_(set(told_in.values())), Entry.kind == ERASURE
    )
    told = {
        id_: msgspec.json.decode(body, type=_Erasure).entries
        for id_, body in connection.execute(said)
    }
    found = {id_: told.get(erasure, {}).get(id_) for id_, erasure in told_in.items()}
    return {id_: digest for id_, digest in found.items() if digest}


def is_as_sealed(
    entry_id: UUID, sha256: str, body: str, remains: Mapping[UUID, str]
) -> bool:
    """Whether a body is what was sealed, or what was left of it on purpose."""
    return chain.body_hash(body) in (sha256, remains.get(entry_id))


def _chunks(connection: sa.Connection, mall_id: int) -> Iterator[Sequence[sa.Row[Any]]]:
    """A mall's entries by number, in chunks, without holding them all."""
    place = {"mall_id": mall_id, "after": 0}
    while chunk := connection.execute(_WALK, place).all():
        yield chunk
        place["after"] = chunk[-1].ledger_seq


def _fault(
    entry: sa.Row[Any], expected: int, previous: str, remains: Mapping[UUID, str]
) -> str | None:
    if entry.ledger_seq != expected:
        return "an entry is missing before this one"
    if not is_as_sealed(entry.id, entry.sha256, entry.body, remains):
        return "the body was altered"
    if chain.link(previous, dict(entry._mapping)) != entry.chain:
        return "the entry or its place in the chain was altered"
    return None
