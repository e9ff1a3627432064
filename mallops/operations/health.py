"""Is this process able to store work, and does what belongs to it go on."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import cast
from uuid import uuid4

import sqlalchemy as sa
from flask import current_app

from mallops.config import Settings
from mallops.db import LOCK_SECONDS, db, set_patience
from mallops.ledger import storage
from mallops.operations import queries, rules
from mallops.operations.actions import WORKER
from mallops.operations.models import Heartbeat

PROBED = "mallops.written"  # when this process last could write
PROBE_SECONDS = 10
WAIT_MS = 200
_HURRY = sa.text("SELECT set_config('statement_timeout', :ms, true)")
ROOM_BYTES = 512 * 1024  # of a batch of a phone
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Health:
    """Each part in a word, and whether work can be taken in."""

    parts: dict[str, str]
    is_well: bool


def look(settings: Settings, now: datetime) -> Health:
    answers = _database_answers()
    worker = rules.worker_state(queries.age_of(WORKER, now)) if answers else "unknown"
    parts: dict[str, str] = {
        "database": "ok" if answers and _can_write() else "failing",
        "photos": "ok" if storage.store().is_writable() else "failing",
        "disk": rules.disk_state(free_bytes(settings.data)),
        "worker": worker,
    }
    needed = {"database", "photos", "disk"}
    is_well = all(parts[name] != "failing" for name in needed)
    if settings.health_needs_worker and worker == "silent":
        is_well = False
    return Health(parts, is_well)


def free_bytes(folder: Path) -> int:
    """What we may still write there."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _database_answers() -> bool:
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def _can_write() -> bool:
    """Whether there is room for a batch and a right to write it; asked now and then."""
    last: float = current_app.extensions.get(PROBED, -PROBE_SECONDS)
    if monotonic() - last < PROBE_SECONDS:
        return True
    found = _write_and_undo()
    if found:
        current_app.extensions[PROBED] = monotonic()
    return found


def _write_and_undo() -> bool:
    """Whoever finds that somebody else writes need not try: it can be written."""
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                _fill_sqlite(connection)
            else:
                connection.execute(_HURRY, {"ms": str(WAIT_MS)})
                row = {"name": f"health-{uuid4().hex}"[:40], "at": EPOCH}
                connection.execute(sa.insert(Heartbeat).values(row))
            connection.rollback()
    except sa.exc.DBAPIError as error:
        return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return True


def _fill_sqlite(connection: sa.Connection) -> None:
    """A row as long as a batch, which never leaves memory."""
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    set_patience(driver, WAIT_MS)
    try:
        row = sa.text("INSERT INTO heartbeats VALUES (hex(zeroblob(:half)), :at)")
        connection.execute(row, {"half": ROOM_BYTES // 2, "at": ""})
    finally:
        set_patience(driver, LOCK_SECONDS * 1000)


def clock_is_sane(now: datetime, newest: datetime | None) -> bool:
    """A clock behind the newest entry's arrival was set back, or never set."""
    return newest is None or now >= newest - timedelta(minutes=2)
