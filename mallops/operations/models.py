"""When something that should go on by itself was last seen to do so."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from mallops.db import Model, Moment


class Heartbeat(Model):
    """The last sign of life of the worker, and of the backups."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    at: Mapped[Moment]
