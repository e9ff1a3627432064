"""What every page and API shares: access, CSRF, headers, the clock, languages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import brotli
import flask_babel
from babel import Locale
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import FileSystemLoader, StrictUndefined
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    HTTPException,
    SecurityError,
    ServiceUnavailable,
)
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from mallops import translating
from mallops.config import ROOT
from mallops.db import db
from mallops.people.models import LANGUAGES
from mallops.people.rights import RIGHTS

log = logging.getLogger(__name__)
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
login_manager = LoginManager()

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; form-action 'self'; worker-src 'self'; "
    "manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
BUSY_AFTER_S = 5
SPRITE = "lucide@1.62.0/sprite.svg"  # below static/vendor; made by tools/icons.py
HSTS = "max-age=31536000; includeSubDomains"
# Only answers without a form token: a compressed page that holds a secret beside words
# of the asker's choosing can be guessed at by its length.
COMPRESSED = frozenset(
    {
        "static",
        "floor.shell",
        "floor.shell_in",
        "floor.worker",
        "floor.build",
        "floor.script",
        "floor.manifest",
        "floor.form",
        "floor.pack",
        "floor.handover",
    }
)
PERSONAL = frozenset({"floor.pack", "floor.handover"})
API_PATHS = ("/sync/", "/floor/pack", "/floor/handover")
LOCALES = {"en": "en", "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant"}
# Browsers that name a region rather than a script.
REGIONS = {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant"}


class DayConverter(BaseConverter):
    """``<date:day>`` as 2026-11-21; anything else is not found."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            abort(404)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class NumberConverter(IntegerConverter):
    """``<int:…>`` no larger than a column of the database; else it is not found."""

    def __init__(self, url_map: Map, **given: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **given})


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"date": DayConverter, "int": NumberConverter}
    # The drawings of icons are put into the phone's page as they are.
    places = [ROOT / "templates", ROOT / "static" / "vendor"]
    app.jinja_loader = FileSystemLoader(places)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    settings = app.config["SETTINGS"]
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    csrf.init_app(app)
    compress.init_app(app)
    login_manager.init_app(app)
    babel.init_app(
        app,
        locale_selector=lambda: _locale(current_language()),
        default_locale="en",
        default_timezone="UTC",
    )
    translating.init_app(app, babel)
    app.after_request(_compress)
    app.after_request(_set_headers)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(CSRFError, _csrf_page)
    app.register_error_handler(OperationalError, _database_unwell)
    app.register_error_handler(ServiceUnavailable, _come_again)
    app.context_processor(_globals)
    app.jinja_env.globals["icon_base"] = icon_base  # macros see no other
    for filter_ in (in_words, clock_time, day_and_time, day_name):
        name = "words" if filter_ is in_words else filter_.__name__
        app.add_template_filter(cast(Callable[..., Any], filter_), name)


def now() -> datetime:
    """The server's clock, in UTC; the only place that reads it for requests."""
    clock = current_app.config.get("NOW")
    return clock() if clock else datetime.now(UTC)


def current_language() -> str:
    """The person's choice, else this browser's choice, else what it asks for."""
    language: str | None = g.get("language")
    if language is None:
        language = g.language = _chosen_language()
    return language


@cache
def _locale(language: str) -> Locale:
    """The same object each time: by it the catalogue of each word is found."""
    return Locale.parse(LOCALES[language])


def _chosen_language() -> str:
    if not has_request_context():
        return "en"  # a command at a terminal
    if current_user and current_user.is_authenticated and current_user.language:
        return cast(str, current_user.language)
    cookie = request.cookies.get("mallops_language", "")
    return cookie if cookie in LANGUAGES else _asked_for_language()


def _asked_for_language() -> str:
    for tag in request.accept_languages.values():
        tag = tag.lower()
        if tag.startswith("zh"):
            traditional = "hant" in tag or tag in REGIONS
            return "zh-Hant" if traditional else "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "en"


def in_words(words: Mapping[str, str]) -> str:
    """The text in the reader's language."""
    return words.get(current_language()) or words["en"]


def between_names() -> str:
    """What stands between two names of a list."""
    return str(flask_babel.pgettext("between names", ", "))


def clock_time(moment: datetime, time_zone: str) -> str:
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%H:%M")


def day_and_time(moment: datetime, time_zone: str) -> str:
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M:%S")


def day_name(day: date) -> str:
    """The day as people say it: Saturday, 21 November 2026."""
    return cast(str, flask_babel.format_date(day, "full", rebase=False))


def is_api() -> bool:
    return request.path.startswith(API_PATHS)


def _set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SETTINGS"].https:
        response.headers["Strict-Transport-Security"] = HSTS
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _compress(response: Response) -> Response:
    if request.endpoint not in COMPRESSED:
        return response
    response.direct_passthrough = False
    if response.is_streamed and response.status_code == 200:
        response.set_data(response.get_data())  # a file: small, and compressed whole
    if _is_lasting(response):
        response.set_data(_squeezed(response.get_data()))
        response.headers["Content-Encoding"] = "br"
    return compress.after_request(response)


def _is_lasting(response: Response) -> bool:
    """The same for everybody until the next version: worth pressing hard, once."""
    texts = cast(frozenset[str], compress.compress_mimetypes_set)
    return (
        request.endpoint not in PERSONAL
        and response.status_code == 200
        and response.mimetype in texts
        and "br" in request.headers.get("Accept-Encoding", "")
    )


@lru_cache(maxsize=400)
def _squeezed(content: bytes) -> bytes:
    return cast(bytes, brotli.compress(content, quality=11))


def error_page(error: HTTPException) -> tuple[Response | str, int]:
    db.session.rollback()
    if isinstance(error, SecurityError):  # a foreign Host: no page has an address
        return Response("Not the address of this server.", mimetype="text/plain"), 400
    if is_api():
        return jsonify(code=_error_code(error)), error.code or 500
    return render_template("error.html", error=error), error.code or 500


def _error_code(error: HTTPException) -> str:
    codes = {400: "malformed", 413: "too_large", 503: "busy"}
    return codes.get(error.code or 500, error.name.lower().replace(" ", "_"))


def _database_unwell(error: OperationalError) -> ResponseReturnValue:
    """Busy, full or away: nothing was stored, and phones are told when to come back."""
    log.error("the database is unwell: %s", error)
    db.session.rollback()
    g._login_user = login_manager.anonymous_user()  # the page must not ask it again
    return _come_again(ServiceUnavailable())


def _come_again(error: ServiceUnavailable) -> ResponseReturnValue:
    page, status = error_page(error)
    response = make_response(page, status)
    response.headers["Retry-After"] = str(BUSY_AFTER_S)
    return response


def _csrf_page(error: CSRFError) -> ResponseReturnValue:
    return render_template("error.html", error=error), 400


def icon_base() -> str:
    """What stands before an icon's name: the phone's page has the drawings in it."""
    is_floor = has_request_context() and request.blueprint == "floor"
    return "#icon-" if is_floor else f"/static/vendor/{SPRITE}#icon-"


def may(endpoint: str) -> bool:
    """Is this page there, and open to the reader's role in the mall at hand?"""
    if endpoint not in current_app.view_functions:
        return False
    membership = g.get("membership")
    return membership is not None and RIGHTS[endpoint].allows(membership.role)


def _globals() -> dict[str, Any]:
    from mallops.floor.assets import static_url

    return {
        "current_language": current_language,
        "languages": LANGUAGES,
        "now": now,
        "may": may,
        "static_url": static_url,
        "SPRITE": SPRITE,
        "mall": g.get("mall"),
        "membership": g.get("membership"),
    }
