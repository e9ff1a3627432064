"""Making a backup: the database first, then its photos, all of it read back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from mallops.backups import copying, folder, manifest, pictures, reading, rules
from mallops.backups.manifest import Manifest, Photos
from mallops.config import Settings
from mallops.errors import Refused
from mallops.ledger import heads, queries
from mallops.ledger.storage import FolderStore, fsync_folder, store
from mallops.operations import actions as operations
from mallops.places.queries import find_mall

PHOTOS = "photos"
KEY_FILE = "secret_key"


@dataclass(frozen=True)
class Made:
    """A finished backup, and which older ones went for it."""

    path: Path
    manifest: Manifest
    pruned: list[str]


def make(settings: Settings, into: Path, now: datetime, keep: int) -> Made:
    """Make a backup in the folder; it has its name only once it was read back.

    Raises:
        Refused: why there is none. Nothing of it is left then.
    """
    with folder.locked(into):
        return _make(settings, into, now, keep)


def make_if_due(settings: Settings, now: datetime) -> Made | None:
    """The backup of the day, unless it was made; whoever else tries finds it locked."""
    into = settings.backups
    if into is None or not _is_due(settings, into, now):
        return None
    with folder.locked(into):
        if not _is_due(settings, into, now):
            return None
        return _make(settings, into, now, settings.backups_keep)


def _is_due(settings: Settings, into: Path, now: datetime) -> bool:
    newest = [rules.begun_at(path.name) for path in folder.finished(into)[-1:]]
    return rules.is_due(now, settings.backup_hour, newest[0] if newest else None)


def _make(settings: Settings, into: Path, now: datetime, keep: int) -> Made:
    name = rules.name_of(now)
    if (into / name).exists():
        raise Refused("exists", f"{into / name} was made within this second")
    before = next(reversed(folder.finished(into)), None)
    try:
        with folder.unfinished(into, name) as part:
            written = _fill(settings, part, before, now)
    except OSError as error:
        raise Refused("no_room", f"cannot copy: {error}") from error
    return Made(into / name, written, folder.prune(into, keep))


def _fill(
    settings: Settings, part: Path, before: Path | None, now: datetime
) -> Manifest:
    with copying.copied(settings.database_url, part) as (file, connection):
        os.chmod(file, 0o600)
        reading.check_ledgers(connection)
        copied = pictures.copy_new(
            reading.photos(connection),
            store(),
            FolderStore(part / PHOTOS),
            FolderStore(before / PHOTOS) if before else None,
            now,
        )
        photos = Photos(copied.count, copied.new, copied.bytes, copied.lost)
        written = _described(settings, file, connection, photos, now)
    _copy_key(settings, part)
    copying.fsync(manifest.write(part, written))
    return written


def _described(
    settings: Settings,
    file: Path,
    connection: sa.Connection,
    photos: Photos,
    now: datetime,
) -> Manifest:
    is_sqlite = file.name == copying.SQLITE_FILE
    return Manifest(
        format=manifest.FORMAT,
        made_at=now,
        engine="sqlite" if is_sqlite else "postgresql",
        database=file.name,
        sha256=copying.file_hash(file),
        revision=reading.revision(connection),
        epoch=reading.epoch(connection),
        malls=reading.heads(connection),
        photos=photos,
        keys=manifest.fingerprints(settings.secret_keys),
    )


def _copy_key(settings: Settings, part: Path) -> None:
    """Only the key we made ourselves; keys that were given are kept elsewhere."""
    if settings.keys_given:
        return
    path = part / KEY_FILE
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write((settings.data / KEY_FILE).read_bytes())
    copying.fsync(path)
    fsync_folder(part)


def publish(made: Made, now: datetime) -> bool:
    """Tell phones how far all is backed up; they may forget photos then. Flushes.

    Not after a loss: the phone may be the only one that still has the photo. Returns
    whether it was told.
    """
    written = made.manifest
    if written.photos.lost or queries.current_epoch() != written.epoch:
        return False
    for code, head in written.malls.items():
        if mall := find_mall(code):
            heads.backed_up(mall.id, head.ledger_seq)
    operations.beat(operations.BACKUP, now)
    return True
