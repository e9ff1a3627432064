"""Reading the ledger: what is stored, what is missing, what is in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db, fetch
from mallops.ledger import verifying
from mallops.ledger.models import (
    Entry,
    Epoch,
    ErasedPhoto,
    LedgerHead,
    Photo,
    Tombstone,
)
from mallops.ledger.verifying import Break

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry that was stored before, as far as its receipt tells."""

    id: UUID
    mall_id: int
    ledger_seq: int
    sha256: str
    received_at: datetime
    flags: list[str]


_RECEIPTS = sa.select(
    Entry.id,
    Entry.mall_id,
    Entry.ledger_seq,
    Entry.sha256,
    Entry.received_at,
    Entry.flags,
).where(Entry.id.in_(sa.bindparam("ids", expanding=True)))
_ERASED = sa.select(Tombstone.entry_id).where(
    Tombstone.entry_id.in_(sa.bindparam("ids", expanding=True))
)
# Asked together, while all who write to this mall wait. No number: it was erased.
_KNOWN = sa.union_all(_RECEIPTS, _ERASED.add_columns(*(sa.null() for _ in range(5))))
_PHOTOS = sa.select(Photo.sha256).where(
    Photo.mall_id == sa.bindparam("mall_id"),
    Photo.sha256.in_(sa.bindparam("hashes", expanding=True)),
)
_ERASED_PHOTOS = sa.select(ErasedPhoto.sha256).where(
    ErasedPhoto.mall_id == sa.bindparam("mall_id"),
    ErasedPhoto.sha256.in_(sa.bindparam("hashes", expanding=True)),
)
_SETTLED_PHOTOS = sa.union_all(_PHOTOS, _ERASED_PHOTOS)
_NUMBERS = (
    sa.select(
        Entry.install_id,
        sa.func.count(Entry.install_seq.distinct()),
        sa.func.max(Entry.install_seq),
    )
    .where(
        Entry.install_id.in_(sa.bindparam("installs", expanding=True)),
        Entry.install_seq.is_not(None),
    )
    .group_by(Entry.install_id)
)
_STANDING = (
    sa.select(Epoch.value, LedgerHead.backed_up_through)
    .outerjoin(LedgerHead, LedgerHead.mall_id == sa.bindparam("mall_id"))
    .order_by(Epoch.id.desc())
    .limit(1)
)


def stored(ids: Iterable[UUID]) -> dict[UUID, Entry]:
    """The entries among these ids that are in the ledger of any mall."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = db.session.scalars(sa.select(Entry).where(Entry.id.in_(wanted)))
    return {entry.id: entry for entry in found}


def known(ids: Iterable[UUID]) -> tuple[dict[UUID, Receipt], set[UUID]]:
    """What was said of these ids when they came in first, in whichever mall.

    And which of them were erased.
    """
    wanted = set(ids)
    if not wanted:
        return {}, set()
    rows = fetch(_KNOWN, ids=list(wanted))
    receipts = {row.id: Receipt(*row) for row in rows if row.ledger_seq is not None}
    return receipts, {row.id for row in rows if row.ledger_seq is None}


def missing(ids: Iterable[UUID]) -> list[UUID]:
    """Which of these ids this database does not have (nor has erased)."""
    wanted = list(ids)
    if not wanted:
        return []
    have = set(db.session.scalars(sa.select(Entry.id).where(Entry.id.in_(wanted))))
    have |= erased(wanted)
    return [id_ for id_ in wanted if id_ not in have]


def erased(ids: Iterable[UUID]) -> set[UUID]:
    wanted = set(ids)
    if not wanted:
        return set()
    return {row.entry_id for row in fetch(_ERASED, ids=list(wanted))}


def erasure_of(entry_id: UUID) -> Tombstone | None:
    """When and why words and photos of an entry were erased; None: all is there."""
    return db.session.get(Tombstone, entry_id)


def count_erased(mall_id: int) -> int:
    """How many entries of a mall were erased on purpose."""
    erased = sa.select(sa.func.count(Tombstone.entry_id)).where(
        Tombstone.mall_id == mall_id, Tombstone.erasure_id.is_not(None)
    )
    return db.session.scalar(erased) or 0


def photos_held(mall_id: int, hashes: Iterable[str]) -> set[str]:
    """Which of these photos need not be sent: this mall has them, or erased them.

    Nothing is told of other malls.
    """
    wanted = set(hashes)
    if not wanted:
        return set()
    found = fetch(_SETTLED_PHOTOS, mall_id=mall_id, hashes=list(wanted))
    return {row.sha256 for row in found}


def is_erased_photo(mall_id: int, sha256: str) -> bool:
    return db.session.get(ErasedPhoto, (mall_id, sha256)) is not None


def find_photo(mall_id: int, sha256: str) -> Photo | None:
    return db.session.get(Photo, (mall_id, sha256))


def standing(mall_id: int) -> tuple[str, int]:
    """The epoch, which receipts must name, and through which number all is backed up.

    The epoch is the id of this database's life.
    """
    (row,) = fetch(_STANDING, mall_id=mall_id)
    return row.value, row.backed_up_through or 0


def current_epoch() -> str | None:
    """The id of this database's life."""
    newest = sa.select(Epoch.value).order_by(Epoch.id.desc()).limit(1)
    return db.session.scalar(newest)


def in_order(mall_id: int) -> Iterator[list[Entry]]:
    """A mall's entries by number, in chunks, without holding them all."""
    after = 0
    while True:
        chunk = list(
            db.session.scalars(
                sa.select(Entry)
                .where(Entry.mall_id == mall_id, Entry.ledger_seq > after)
                .order_by(Entry.ledger_seq)
                .limit(CHUNK)
            )
        )
        if not chunk:
            return
        yield chunk
        after = chunk[-1].ledger_seq
        db.session.expunge_all()


def first_break(mall_id: int) -> Break | None:
    """Walk the chain and name the first entry that was altered, moved or lost."""
    return verifying.first_break(db.session.connection(), mall_id)


def holes(install_ids: Iterable[UUID]) -> dict[UUID, list[int]]:
    """Numbers an install has used that never arrived, by install.

    ``seq`` starts at 1 on each install (docs/sync.md); a hole is a number below the
    highest one seen.
    """
    wanted = list(install_ids)
    query = sa.select(Entry.install_id, Entry.install_seq).where(
        Entry.install_id.in_(wanted)
    )
    seen: dict[UUID, set[int]] = {}
    for install_id, seq in db.session.execute(query):
        if install_id and seq:
            seen.setdefault(install_id, set()).add(seq)
    return {
        install: sorted(set(range(1, max(numbers))) - numbers)
        for install, numbers in seen.items()
    }


def missing_numbers(said: Mapping[UUID, int]) -> dict[UUID, int]:
    """How many numbers never arrived, of installs that lack any.

    Args:
        said: the highest number each install says it has given; 0 when it does not.
    """
    rows = fetch(_NUMBERS, installs=list(said)) if said else ()
    lacking = dict(said)
    for id_, count, highest in rows:
        if id_ and highest:
            lacking[id_] = max(said[id_], highest) - count
    return {id_: count for id_, count in lacking.items() if count}
