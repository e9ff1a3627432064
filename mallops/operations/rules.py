"""When free space is short, a worker silent, a backup old (pure)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

FULL_BYTES = 50_000_000  # photos are refused below it (ledger/storage.py)
LOW_BYTES = 1_000_000_000
SILENT_AFTER = timedelta(minutes=3)  # it beats twice a minute
BACKUP_OLD_AFTER = timedelta(hours=30)  # one a day, and some hours to make it

DiskState = Literal["ok", "low", "failing"]
WorkerState = Literal["ok", "silent", "absent"]


def disk_state(free_bytes: int) -> DiskState:
    if free_bytes <= FULL_BYTES:
        return "failing"
    return "low" if free_bytes < LOW_BYTES else "ok"


def worker_state(age: timedelta | None) -> WorkerState:
    """``absent`` is one that never ran: whoever wants none is not ill."""
    if age is None:
        return "absent"
    return "silent" if age > SILENT_AFTER else "ok"
