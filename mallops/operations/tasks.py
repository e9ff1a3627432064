"""The worker's own sign of life."""

from __future__ import annotations

from datetime import datetime

from mallops.db import db, start_writing
from mallops.operations import actions


def beat(now: datetime) -> None:
    """The worker is alive. Commits."""
    start_writing()
    actions.beat(actions.WORKER, now)
    db.session.commit()
