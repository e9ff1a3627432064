"""A line in the log for each change to who may come in, once it is committed.

Who made it and from which request stands beside it (operations/logs.py); of a command
only that it was one: whoever may run it has the database in hand. Names and secrets
are not in it, ids are.
"""

from __future__ import annotations

import logging

import sqlalchemy as sa
from flask import has_request_context
from sqlalchemy.orm import Session

from mallops.db import db
from mallops.operations import lines, logs

log = logging.getLogger("mallops.security")
_NOTED = "security"


def note(what: str, about: int, **more: str | int) -> None:
    """Something changed for this person; said when the transaction is committed."""
    noted = db.session().info.setdefault(_NOTED, [])
    noted.append((what, {"about": about, **more}))


def _say(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for what, about in session.info.pop(_NOTED, []):
        whose = logs.of_request() if has_request_context() else {"by": "command"}
        log.info(what, extra={lines.CONTEXT: {**whose, **about}})


def _forget(session: Session) -> None:
    session.info.pop(_NOTED, None)


sa.event.listen(db.session, "after_commit", _say)
sa.event.listen(db.session, "after_rollback", _forget)
