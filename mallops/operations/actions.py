"""Signs of life."""

from __future__ import annotations

from datetime import datetime

from mallops.db import db, insert_or
from mallops.operations.models import Heartbeat

WORKER = "worker"
BACKUP = "backup"


def beat(name: str, now: datetime) -> None:
    """It was alive now. Flushes."""
    insert = insert_or(Heartbeat).values(name=name, at=now)
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["name"], set_={"at": now})
    )
