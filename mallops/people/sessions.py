"""Who is asking: the cookie carries a secret, the session row says whose it is."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from flask import Request, current_app, g, request, session, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import OperationalError

from mallops import web
from mallops.db import db, may_write
from mallops.people import actions, queries
from mallops.people.models import User, UserSession
from mallops.people.rules import SessionLimits, is_touch_due, safe_next


def set_up(state: BlueprintSetupState) -> None:
    """Leave of Flask-Login only ``current_user``: its cookies know no revocation.

    Its session protection would write to everybody's session, and a stranger's
    ``remember_token`` cookie would keep the loader below from being asked.
    """
    state.app.config["SESSION_PROTECTION"] = None
    state.app.config["REMEMBER_COOKIE_NAME"] = "mallops_remembers_nobody"


def limits() -> SessionLimits:
    settings = current_app.config["SETTINGS"]
    return SessionLimits(settings.session_idle, settings.session_absolute)


@web.login_manager.request_loader  # type: ignore[untyped-decorator]
def load_user(_request: Request) -> User | None:
    """The person of this request, if their session is still good."""
    found = find_live_session(web.now())
    if found is None:
        return None
    g.user_session = found
    return found.user


def find_live_session(now: datetime) -> UserSession | None:
    """The session of this browser: not ended, not over, the account not disabled."""
    token = session.get("token")
    if not isinstance(token, str):
        return None
    found = queries.find_session(actions.digest(token))
    if found is None or found.ended_at or found.user.disabled_at:
        return None
    if limits().is_over(found.created_at, found.last_seen_at, now):
        return None
    if is_touch_due(found.last_seen_at, now):
        _touch(found, now)
    return found


def _touch(found: UserSession, now: datetime) -> None:
    """Note that the session is in use.

    A page that only reads must not take SQLite's write lock for its whole length,
    so it notes this in a transaction of its own, and does without when that fails.
    """
    if may_write():
        found.last_seen_at = now
        return
    change = sa.update(UserSession).where(UserSession.id == found.id)
    with suppress(OperationalError), db.engine.connect() as connection:
        connection.detach()  # closed afterwards, and its impatience with it
        with connection.begin():
            _be_impatient(connection)
            connection.execute(change.values(last_seen_at=now))


def _be_impatient(connection: sa.Connection) -> None:
    """Wait 50 ms for a lock at most: nobody's page waits for a note about its use."""
    is_sqlite = connection.dialect.name == "sqlite"
    quick = "PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = 50"
    connection.exec_driver_sql(quick)


def next_given() -> str:
    """Where the person wanted to go before signing in; "" for nowhere of ours."""
    return safe_next(request.values.get("next")) or ""


def next_page() -> str:
    return next_given() or url_for("people.home")


def open_in_browser(user: User, now: datetime) -> None:
    """Sign this browser in: a new session row, and nothing left of an earlier one."""
    earlier = find_live_session(now)
    if earlier is not None:
        actions.end_session(earlier, now, "replaced")
    _, token = actions.start_session(
        user,
        address=request.remote_addr or "unknown",
        user_agent=request.user_agent.string,
        now=now,
    )
    session.clear()  # whatever was planted before, the token of forms included
    session["token"] = token
    session.permanent = True  # phones kill browsers; the row sets the limits
