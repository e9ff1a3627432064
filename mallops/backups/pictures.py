"""Photos into a backup and out of it, each read again and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mallops.errors import Refused
from mallops.ledger.photos import THUMB
from mallops.ledger.storage import FolderStore, PhotoStore

SAMPLE = 10  # each backup reads another tenth of what it has from the one before

Rows = Iterable[tuple[int, str, str]]  # mall_id, sha256, hash of the kept bytes


@dataclass
class Copied:
    """What was copied, in files' bytes; and what the server itself had lost."""

    count: int = 0
    new: int = 0
    bytes: int = 0
    lost: list[str] = field(default_factory=list)


def copy_new(
    rows: Rows,
    live: PhotoStore,
    into: FolderStore,
    before: FolderStore | None,
    now: datetime,
) -> Copied:
    """All photos into a backup; those of the backup before are shared with it."""
    copied = Copied()
    for mall_id, sha256, stored in rows:
        copied.count += 1
        if before and _share(before, into, mall_id, sha256, stored, now):
            continue
        size = _copy(live, into, mall_id, sha256, stored)
        if size is None:
            copied.lost.append(sha256)
        else:
            copied.new += 1
            copied.bytes += size
    return copied


def copy_all(rows: Rows, source: FolderStore, into: FolderStore) -> list[str]:
    """All photos out of a backup; returns those it has not, or only damaged."""
    return [
        sha256
        for mall_id, sha256, stored in rows
        if _copy(source, into, mall_id, sha256, stored) is None
    ]


def _share(
    before: FolderStore,
    into: FolderStore,
    mall_id: int,
    sha256: str,
    stored: str,
    now: datetime,
) -> bool:
    if _is_sampled(sha256, now) and not _is_kept(before, mall_id, sha256, stored):
        return False
    names = (sha256, sha256 + THUMB)
    return all(into.link(before, mall_id, name) for name in names)


def _is_sampled(sha256: str, now: datetime) -> bool:
    return int(sha256[:8], 16) % SAMPLE == now.toordinal() % SAMPLE


def _is_kept(store: FolderStore, mall_id: int, sha256: str, stored: str) -> bool:
    data = store.get(mall_id, sha256)
    return data is not None and _hash(data) == stored


def _copy(
    source: PhotoStore, into: FolderStore, mall_id: int, sha256: str, stored: str
) -> int | None:
    """Bytes copied, or None where the source has lost or damaged the photo."""
    data = source.get(mall_id, sha256)
    thumb = source.get(mall_id, sha256 + THUMB)
    if data is None or thumb is None or _hash(data) != stored:
        return None
    for name, content in ((sha256, data), (sha256 + THUMB, thumb)):
        into.put(mall_id, name, content)
        if into.get(mall_id, name) != content:
            raise Refused("photo_differs", f"photo {name} reads back differently")
    return len(data) + len(thumb)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
