"""What watches MallOps from outside: ``/healthz`` and ``/metrics``."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from mallops.config import Settings
from mallops.operations import health as checks
from mallops.operations import metrics as figures
from mallops.web import now

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """200 when work can be taken in, else 503; each part in a word."""
    found = checks.look(current_app.config["SETTINGS"], now())
    status = "ok" if found.is_well else "failing"
    return {"status": status, **found.parts}, 200 if found.is_well else 503


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus; not there unless a token was set, nor for another one."""
    settings: Settings = current_app.config["SETTINGS"]
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.metrics_token}"
    if settings.metrics_token is None:
        abort(404)
    if not compare_digest(given.encode(), wanted.encode()):
        return Response("Not with this token.", 401, mimetype="text/plain")
    return Response(figures.exposition(settings, now()), content_type=figures.TYPE)
