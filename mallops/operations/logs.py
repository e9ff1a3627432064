"""What is logged of a request, and by whom: who, what, where and when, no secrets."""

from __future__ import annotations

import logging
import re
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask, Response, g, has_request_context, request

from mallops.config import Settings
from mallops.operations import lines

log = logging.getLogger("mallops.requests")
HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Asked for all the time, and of no interest while all is well.
QUIET = frozenset({"static", "operations.health", "operations.metrics"})


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    fit_out(logging.getLogger().handlers, app.config["SETTINGS"])


def configure(settings: Settings) -> None:
    """For commands that log: lines on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(lines.formatter(lines.style_of()))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    fit_out([handler], settings)


def fit_out(handlers: list[logging.Handler], settings: Settings) -> None:
    """Have our lines say of which request they are, and hide what nobody may read."""
    for handler in handlers:
        # By its name: gunicorn's master reads lines.py as a file, not as our module.
        formatter: Any = handler.formatter
        if type(formatter).__name__ in {"JsonLines", "TextLines"}:
            formatter.secrets = _secrets(settings)
            handler.addFilter(add_context)


def _secrets(settings: Settings) -> tuple[str, ...]:
    database = urlsplit(settings.database_url).password
    mail = settings.smtp.password if settings.smtp else None
    given = [*settings.secret_keys, database, mail, settings.metrics_token]
    return tuple(secret for secret in given if secret)


def add_context(record: logging.LogRecord) -> bool:
    """A filter that lets everything through."""
    if has_request_context():
        record.__dict__.setdefault(lines.CONTEXT, of_request())
    return True


def of_request() -> dict[str, Any]:
    """What is known by now of the request at hand. Asks the database nothing."""
    known: dict[str, Any] = {
        "request_id": g.get("request_id"),
        "method": request.method,
        "path": request.path,
    }
    user = sa.inspect(g.get("_login_user"), raiseerr=False)
    if user is not None and user.identity:
        known["user"] = user.identity[0]
    if g.get("membership") is not None:
        known["mall"] = (request.view_args or {}).get("mall")
    return known


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _ID.fullmatch(given) else uuid4().hex
    g.began = perf_counter()


def _end(response: Response) -> Response:
    if "request_id" not in g:
        return response
    response.headers[HEADER] = g.request_id
    if request.endpoint not in QUIET or response.status_code >= 400:
        elapsed = round((perf_counter() - g.began) * 1000, 1)
        said = {**of_request(), "status": response.status_code, "duration_ms": elapsed}
        log.info("request", extra={lines.CONTEXT: said})
    return response
