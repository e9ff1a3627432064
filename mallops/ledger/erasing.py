"""Taking words and photos out of the ledger, so that its chain still holds.

The chain covers the hash of a body, not the body. What is left of it is written over
it, and an entry of the ledger (``erasure``) names the hash of what is left: so a body
that somebody altered is told from one that was erased on purpose (verifying.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db, insert_or
from mallops.ledger import actions, kinds, queries, storage
from mallops.ledger.judging import judge
from mallops.ledger.models import Entry, ErasedPhoto, LogLine, Photo, Tombstone
from mallops.ledger.photos import THUMB
from mallops.ledger.rows import summary_of
from mallops.places.models import Mall

MARK = "…"  # stands where words were


@dataclass(frozen=True)
class Told:
    """Which entry tells of an erasure, when it was, and why."""

    erasure_id: UUID | None
    at: datetime
    reason: str


def without(value: Any, words: Collection[str]) -> Any:
    """The same, with what stands under these keys emptied, however deep (pure)."""
    if isinstance(value, Mapping):
        return {
            key: _emptied(one) if key in words else without(one, words)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [without(one, words) for one in value]
    return value


def _emptied(value: Any) -> Any:
    if isinstance(value, str):
        return MARK if value else value
    if isinstance(value, Mapping | list):
        return type(value)()
    return value


def write_over(mall: Mall, bodies: Mapping[UUID, str], told: Told) -> None:
    """Put what is left of some entries in place of their bodies. Flushes."""
    for entry_id, body in bodies.items():
        db.session.execute(
            sa.update(Entry)
            .where(Entry.id == entry_id, Entry.mall_id == mall.id)
            .values(body=body)
        )
    bury(mall.id, bodies, told)


def bury(mall_id: int, ids: Collection[UUID], told: Told) -> None:
    """Answer ``gone`` when one of these is sent again. Flushes."""
    content = {
        "erased_at": told.at,
        "reason": told.reason,
        "erasure_id": told.erasure_id,
    }
    for entry_id in ids:
        insert = insert_or(Tombstone).values(
            entry_id=entry_id, mall_id=mall_id, **content
        )
        db.session.execute(
            insert.on_conflict_do_update(index_elements=["entry_id"], set_=content)
        )


def reword(mall: Mall, ids: Collection[UUID]) -> None:
    """Make log lines and the features' tables say what is left of these. Flushes."""
    db.session.expire_all()
    by_kind = attrgetter("kind", "v")
    found = sorted(queries.stored(ids).values(), key=by_kind)
    for (name, v), group in groupby(found, key=by_kind):
        kind = kinds.get(name, v)
        stored = list(group)
        judged = judge(mall, [actions.received_again(one) for one in stored])
        for row, (entry, said) in zip(stored, judged, strict=True):
            search = said.search.replace("\0", " ").lower()
            db.session.execute(
                sa.update(LogLine)
                .where(LogLine.entry_id == entry.id)
                .values(summary=summary_of(said, row.status, row.flags), search=search)
            )
        if kind.reword:
            kind.reword(mall, judged)
    db.session.expire_all()


def forget_photos(mall_id: int, hashes: Collection[str], now: datetime) -> None:
    """Let these photos be known as erased; their files go after the commit. Flushes."""
    for sha256 in hashes:
        insert = insert_or(ErasedPhoto).values(
            mall_id=mall_id, sha256=sha256, erased_at=now
        )
        db.session.execute(insert.on_conflict_do_nothing())
    db.session.execute(
        sa.delete(Photo).where(Photo.mall_id == mall_id, Photo.sha256.in_(hashes))
    )


def delete_files(mall_id: int, hashes: Collection[str]) -> None:
    """Picture and thumbnail, once the rows are gone; a second time does no harm."""
    for sha256 in hashes:
        for name in (sha256, sha256 + THUMB):
            storage.store().delete(mall_id, name)
