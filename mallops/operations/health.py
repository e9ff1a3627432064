"""Is this process able to store work, and does what belongs to it go on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from mallops.config import Settings
from mallops.db import db
from mallops.ledger import storage
from mallops.operations import queries, rules
from mallops.operations.actions import WORKER


@dataclass(frozen=True)
class Health:
    """Each part in a word, and whether work can be taken in."""

    parts: dict[str, str]
    is_well: bool


def look(settings: Settings, now: datetime) -> Health:
    answers = _database_answers()
    worker = rules.worker_state(queries.age_of(WORKER, now)) if answers else "unknown"
    parts: dict[str, str] = {
        "database": "ok" if answers else "failing",
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


def clock_is_sane(now: datetime, newest: datetime | None) -> bool:
    """A clock behind the newest entry's arrival was set back, or never set."""
    return newest is None or now >= newest - timedelta(minutes=2)
