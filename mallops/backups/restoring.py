"""From a backup to a server again: checked before, staged, put in place, checked after.

Phones feed again what the backup lacks, because a restored database begins a new life:
its epoch is another one (docs/sync.md).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from mallops.backups import copying, manifest, pictures, reading, rules, switching
from mallops.backups.actions import KEY_FILE, PHOTOS
from mallops.backups.manifest import Manifest
from mallops.backups.switching import Move, Plan
from mallops.config import Settings
from mallops.errors import Refused
from mallops.ledger import heads
from mallops.ledger.storage import FolderStore


@dataclass(frozen=True)
class Restoring:
    """One restore: where from, where to, and what the old things are called then."""

    settings: Settings
    backup: Path
    now: datetime

    @cached_property
    def manifest(self) -> Manifest:
        return manifest.read(self.backup)

    @property
    def database(self) -> Path | None:
        """The live SQLite file; None on PostgreSQL."""
        url = sa.make_url(self.settings.database_url)
        is_sqlite = url.get_backend_name() == "sqlite"
        return Path(str(url.database)).resolve() if is_sqlite else None

    @property
    def data(self) -> Path:
        return self.settings.data

    def staged(self, target: Path) -> Path:
        """Where it waits: beside its place, so that moving it there is one rename."""
        name = f"{switching.STAGED}{self.backup.name}"
        return target.parent / name / target.name

    def aside(self, target: Path) -> Path:
        stamp = rules.name_of(self.now).removeprefix("mallops-")
        return target.parent / f"{switching.ASIDE}{stamp}" / target.name

    def folders(self) -> list[Path]:
        parents = [self.database.parent] if self.database else []
        return list(dict.fromkeys([self.data, *parents]))


def restore(
    settings: Settings,
    backup: Path,
    now: datetime,
    *,
    replace: bool = False,
    database_restored: bool = False,
) -> Plan:
    """Put a backup in place of what is there; the old is moved aside, never deleted.

    Raises:
        Refused: why nothing was changed.
    """
    doing = Restoring(settings, backup.resolve(), now)
    _check_engine(doing, database_restored)
    _check_free(doing, replace)
    switching.sweep(doing.folders())
    _stage(doing)
    _check_unused(doing)
    plan = _plan(doing)
    switching.write(doing.data, plan)
    finish(settings, plan, now)
    return plan


def finish(settings: Settings, plan: Plan, now: datetime) -> None:
    """Put in place what is staged; also after having been cut off in between."""
    doing = Restoring(settings, Path(plan.backup), now)
    switching.carry_out(plan.moves)
    with _restored_database(doing):
        pass  # it is the one that the backup describes
    if doing.database is None:
        engine = sa.create_engine(settings.database_url, poolclass=NullPool)
        with engine.begin() as connection:
            heads.begin_new_life(connection, now)
    switching.sweep(doing.folders())
    switching.end(doing.data)


# -- Before anything is touched


def _check_engine(doing: Restoring, database_restored: bool) -> None:
    is_sqlite = doing.database is not None
    made_on = doing.manifest.engine
    if (made_on == "sqlite") != is_sqlite:
        here = "SQLite" if is_sqlite else "PostgreSQL"
        raise Refused("other_engine", f"this backup is of {made_on}, this is {here}")
    if is_sqlite and database_restored:
        text = "--database-restored is for PostgreSQL; this backup has the whole file"
        raise Refused("other_engine", text)
    if not is_sqlite and not database_restored:
        file = doing.backup / doing.manifest.database
        raise Refused(
            "restore_database_first",
            "PostgreSQL's own tools restore its database. Make a new, empty one, name"
            " it in DATABASE_URL, and then:\n"
            f"  pg_restore --no-owner --exit-on-error --dbname=NAME {file}\n"
            f"  mallops restore {doing.backup} --database-restored",
        )


def _check_free(doing: Restoring, replace: bool) -> None:
    """Refuse to put away what is there unless told."""
    photos = doing.data / PHOTOS
    database = doing.database
    there = [
        *([database] if database and _has_bytes(database) else []),
        *([photos] if photos.is_dir() and any(photos.iterdir()) else []),
    ]
    if there and not replace:
        names = " and ".join(str(path) for path in there)
        text = f"{names} would be replaced; with --replace the old is moved aside"
        raise Refused("would_replace", text)


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _check_unused(doing: Restoring) -> None:
    """Leaving WAL mode needs the file for itself, and brings all into the one file.

    A file that SQLite cannot read is perhaps why somebody restores: it may go as it is.
    """
    if doing.database is None or not _has_bytes(doing.database):
        return
    try:
        with closing(sqlite3.connect(doing.database, timeout=1)) as live:
            live.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            text = "the database is in use: stop the server and the worker first"
            raise Refused("in_use", text) from error
    except sqlite3.DatabaseError:
        return


# -- Staging


def _stage(doing: Restoring) -> None:
    try:
        with _copied_database(doing) as connection:
            _check_as_described(doing, connection)
            _stage_photos(doing, connection)
        _stage_key(doing)
    except OSError as error:
        switching.sweep(doing.folders())
        raise Refused("no_room", f"cannot copy the backup: {error}") from error
    except Refused:
        switching.sweep(doing.folders())
        raise


@contextmanager
def _copied_database(doing: Restoring) -> Iterator[sa.Connection]:
    """On SQLite the staged copy, already with its new life; else the restored one."""
    if doing.database is None:
        with _restored_database(doing) as connection:
            yield connection
        return
    source = doing.backup / doing.manifest.database
    target = _made(doing, doing.database)
    shutil.copyfile(source, target)
    os.chmod(target, 0o600)
    if copying.file_hash(target) != doing.manifest.sha256:
        raise Refused("damaged", f"{source} is not what was backed up")
    with copying.opened(target) as connection:
        copying.check_whole(connection)
    engine = sa.create_engine(f"sqlite:///{target}", poolclass=NullPool)
    with engine.begin() as connection:
        heads.begin_new_life(connection, doing.now)
    copying.fsync(target)
    with copying.opened(target) as connection:
        yield connection


@contextmanager
def _restored_database(doing: Restoring) -> Iterator[sa.Connection]:
    """The database as it is in place now, with what the backup says of it."""
    url = doing.settings.database_url
    engine = sa.create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if reading.heads(connection) != doing.manifest.malls:
                text = "the database is not the one in this backup: its ledgers differ"
                raise Refused("other_database", text)
            yield connection
    except sa.exc.DatabaseError as error:
        text = f"the database cannot be read: {error.orig}"
        raise Refused("no_database", text) from error


def _check_as_described(doing: Restoring, connection: sa.Connection) -> None:
    reading.check_ledgers(connection)
    if reading.heads(connection) != doing.manifest.malls:
        text = "the ledgers in the database end elsewhere than the backup says"
        raise Refused("other_database", text)


def _stage_photos(doing: Restoring, connection: sa.Connection) -> None:
    target = _made(doing, doing.data / PHOTOS)
    target.mkdir(mode=0o700)
    source = FolderStore(doing.backup / PHOTOS)
    missing = pictures.copy_all(reading.photos(connection), source, FolderStore(target))
    if lost := set(missing) - set(doing.manifest.photos.lost):
        text = f"{len(lost)} photos are missing or damaged, among them {min(lost)}"
        raise Refused("photos_missing", text)


def _stage_key(doing: Restoring) -> None:
    source = doing.backup / KEY_FILE
    if doing.settings.keys_given or not source.exists():
        return
    target = _made(doing, doing.data / KEY_FILE)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(file.fileno())


def _made(doing: Restoring, target: Path) -> Path:
    """Where it is staged, with the folder for it."""
    staged = doing.staged(target)
    staged.parent.mkdir(mode=0o700, exist_ok=True)
    return staged


def _plan(doing: Restoring) -> Plan:
    """The old log files of SQLite go first: they belong to the old database alone."""
    database, moves = doing.database, list[Move]()
    if database:
        for suffix in ("-wal", "-shm"):
            path = database.with_name(database.name + suffix)
            moves.append(Move(str(path), str(doing.aside(path))))
    for target in (database, doing.data / PHOTOS, doing.data / KEY_FILE):
        if target and (staged := doing.staged(target)).exists():
            moves.append(Move(str(target), str(doing.aside(target)), str(staged)))
    aside = doing.aside(doing.data / PHOTOS).parent
    return Plan(str(doing.backup), doing.manifest.engine, str(aside), moves)
