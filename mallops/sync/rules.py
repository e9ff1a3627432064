"""Reading what a phone sends: envelope, hash, clock (pure; docs/sync.md)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec

PROTOCOL = "mallops-sync/1"
MAX_BATCH_BYTES = 512 * 1024
MAX_ENTRIES = 50
MAX_VERIFY = 200
MAX_HASHES = 200
# The largest is the handover of a busy shift, which names all it covers. With its
# quotes escaped it still fits into a batch.
MAX_BODY_BYTES = 400 * 1024
SKEW = timedelta(minutes=2)
# Work is handed in within weeks; an older time means a phone whose clock was reset.
OLDEST = timedelta(days=400)
MOST_NUMBERS = 10_000_000  # no phone records more; what says so is not believed

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True)
class Unsent:
    """What a phone says of its work that is not here yet."""

    highest_seq: int
    waiting: int
    since: datetime | None


class SealedEntry(msgspec.Struct, frozen=True):
    """One entry as the phone sealed it."""

    id: UUID
    seq: Annotated[int, msgspec.Meta(ge=1, lt=2**53)]
    kind: Annotated[str, msgspec.Meta(max_length=40)]
    v: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    mall: Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*\Z")]
    recorded_at: Instant
    body: str
    sha256: Sha256
    binding: str | None = None
    photos: Annotated[list[Sha256], msgspec.Meta(max_length=200)] = []
    photos_lost: Annotated[list[Sha256], msgspec.Meta(max_length=200)] = []


class Batch(msgspec.Struct, frozen=True):
    """A batch; its entries are read one by one, so that one cannot spoil the rest."""

    protocol: str
    nonce: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    install: UUID
    sent_at: Instant
    entries: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=MAX_ENTRIES)]
    verify: Annotated[list[UUID], msgspec.Meta(max_length=MAX_VERIFY)] = []


class Hashes(msgspec.Struct, frozen=True):
    """Which photos a phone asks after."""

    protocol: str
    hashes: Annotated[list[Sha256], msgspec.Meta(max_length=MAX_HASHES)]


@dataclass(frozen=True)
class Unreadable:
    """An entry that can never be stored, and the id it gave itself, if any."""

    code: str
    id: str | None
    raw: str


_batch = msgspec.json.Decoder(Batch)
_hashes = msgspec.json.Decoder(Hashes)
_entry = msgspec.json.Decoder(SealedEntry)


def read_batch(data: bytes) -> Batch | None:
    """The batch, or None when the request as a whole is malformed."""
    try:
        batch = _batch.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    sane = batch.protocol == PROTOCOL and is_sane(batch.sent_at)
    return batch if sane else None


def read_hashes(data: bytes) -> list[str] | None:
    try:
        asked = _hashes.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return asked.hashes if asked.protocol == PROTOCOL else None


def read_entry(raw: msgspec.Raw) -> SealedEntry | Unreadable:
    """The entry, when it is whole: readable, within limits, hashing to its name."""
    data = bytes(raw)
    try:
        entry = _entry.decode(data)
        body = entry.body.encode()
    except (msgspec.DecodeError, UnicodeError):
        return Unreadable("unreadable", _id_in(data), _text(data))
    code = _fault(entry, body)
    return Unreadable(code, str(entry.id), _text(data)) if code else entry


def _fault(entry: SealedEntry, body: bytes) -> str | None:
    if not is_sane(entry.recorded_at):
        return "unreadable"
    if len(body) > MAX_BODY_BYTES:
        return "too_large"
    if hashlib.sha256(body).hexdigest() != entry.sha256:
        return "wrong_hash"
    if b"\0" in body:
        return "unreadable"
    return None


def _id_in(data: bytes) -> str | None:
    """The id of an entry that cannot be read otherwise, so it can be answered."""
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError):
        return None
    given = value.get("id") if isinstance(value, Mapping) else None
    return given[:60] if isinstance(given, str) else None


def _text(data: bytes) -> str:
    """Bytes as text that any database can keep."""
    return data.decode("utf-8", "replace").replace("\0", "�")


def is_sane(moment: datetime) -> bool:
    """Within what calendars and databases can reckon with; a reset clock says 1970."""
    return 1900 <= moment.year <= 2999


def true_time(
    recorded_at: datetime, sent_at: datetime, received_at: datetime
) -> tuple[datetime, bool]:
    """When an entry was recorded by the server's clock, and whether it was off.

    ``sent_at`` against the server's clock gives the skew of the phone's; up to two
    minutes are let be. A time that is still in the future, or more than 400 days
    old, comes from a clock that was set since: then the arrival is all we know.
    """
    skew = received_at - sent_at
    skewed = abs(skew) > SKEW
    try:
        corrected = recorded_at + skew if skewed else recorded_at
    except OverflowError:
        return received_at, True
    if not received_at - OLDEST <= corrected <= received_at + SKEW:
        return received_at, True
    return corrected, skewed


def read_unsent(said: Mapping[str, str], now: datetime) -> Unsent | None:
    """From what follows ``?install=``; None when a phone does not say it, or not so.

    The age of the oldest comes in seconds: a phone's clock may be years off.
    """
    numbers = [said.get(name, "") for name in ("seq", "waiting", "oldest_s")]
    if not all(re.fullmatch(r"-?[0-9]{1,12}", text, re.ASCII) for text in numbers):
        return None
    seq, waiting, oldest_s = (max(0, int(text)) for text in numbers)
    if max(seq, waiting) > MOST_NUMBERS:
        return None
    age = min(timedelta(seconds=oldest_s), OLDEST)
    return Unsent(seq, waiting, now - age if waiting else None)
