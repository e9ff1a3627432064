"""The backup of the day, by the clock."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app

from mallops.backups import actions
from mallops.config import Settings
from mallops.db import db, start_writing
from mallops.errors import Refused

log = logging.getLogger(__name__)


def back_up(now: datetime) -> bool:
    """Make the backup of the day unless it was made. Commits.

    One that was missed is made as soon as the worker is back; of two workers the
    second finds the folder locked, or the backup made.
    """
    settings: Settings = current_app.config["SETTINGS"]
    db.session.rollback()
    try:
        made = actions.make_if_due(settings, now)
    except Refused as refusal:
        if refusal.code == "busy":
            return False
        log.error("no backup was made: %s", refusal.text)
        return False
    if made is None:
        return False
    start_writing()
    published = actions.publish(made, now)
    db.session.commit()
    log.info("backup made and read back: %s", made.path.name)
    if lost := made.manifest.photos.lost:
        log.error("the server has lost %s photos, such as %s", len(lost), lost[0])
    return published
