"""When the worker and the backups gave their last sign of life."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from mallops.db import db
from mallops.operations.models import Heartbeat


def age_of(name: str, now: datetime) -> timedelta | None:
    """How long ago; None when there never was one, or the table is not there yet."""
    seen = sa.select(Heartbeat.at).where(Heartbeat.name == name)
    try:
        at = db.session.scalar(seen)
    except sa.exc.DatabaseError:
        db.session.rollback()
        return None
    return now - at if at else None
