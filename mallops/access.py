"""Who may in: the table of rights and form tokens, checked before any view runs."""

from __future__ import annotations

from flask import Flask, Response, abort, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from mallops.db import SAFE_METHODS
from mallops.people import queries as people
from mallops.people.rights import RIGHTS, Rule
from mallops.web import csrf, error_page, is_api, now


def init_app(app: Flask) -> None:
    app.before_request(check_access)


def check_rights(app: Flask) -> None:
    """Refuse to start when an endpoint is missing from the table of rights."""
    missing = {rule.endpoint for rule in app.url_map.iter_rules()} - set(RIGHTS)
    if missing:
        raise RuntimeError(f"no right stated for {sorted(missing)} in people/rights.py")


def check_access() -> ResponseReturnValue | None:
    """Who may: the table of rights, before any view runs."""
    if request.endpoint is None:
        return None  # no such address: the 404 page
    if _is_foreign() and not is_api():
        return Response("Sent from another site.", 403, mimetype="text/plain")
    rule = RIGHTS[request.endpoint]
    if not rule.public:
        if not current_user.is_authenticated:
            return _signed_out()
        _check_mall(rule)
    if request.method not in SAFE_METHODS and not request.path.startswith("/sync/"):
        csrf.protect()
    return None


def _check_mall(rule: Rule) -> None:
    code = (request.view_args or {}).get("mall")
    if code is None:
        return
    found = people.find_place_of_work(current_user, code, now())
    mall, membership = found or abort(404)
    if not rule.allows(membership.role):
        abort(403)
    g.mall, g.membership = mall, membership


def _signed_out() -> ResponseReturnValue:
    if is_api():
        return jsonify(code="signed_out"), 401
    if request.method in SAFE_METHODS:
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
    if set(request.form) - {"csrf_token"}:
        return error_page(Unauthorized())  # keeps what was typed
    return redirect(url_for("people.sign_in"))


def _is_foreign() -> bool:
    """Whether another site's page sends this, by the browser's own word.

    Such a request comes without our cookie, so an answer that starts a session
    would replace the person's own.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return request.method not in SAFE_METHODS and site in {"cross-site", "same-site"}
