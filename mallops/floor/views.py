"""The phone's addresses: shell, walk pack, forms, manifest, worker."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    jsonify,
    render_template,
    request,
)
from flask_babel import force_locale
from flask_login import current_user

from mallops.checklists import queries as checklists
from mallops.db import db
from mallops.doors import pack as doors
from mallops.findings import pack as findings
from mallops.floor import assets
from mallops.floor.pack import pack_for
from mallops.handovers.pack import handovers_for
from mallops.people import queries as people
from mallops.people.models import LANGUAGES
from mallops.places.models import Mall
from mallops.web import LOCALES, current_language, now

bp = Blueprint("floor", __name__)

# Anonymous and versioned by content: a phone may keep them, and asks again each time.
KEPT = "no-cache"


@bp.get("/floor/")
def shell() -> Response:
    """The app's one page, in the reader's language."""
    return _shell(current_language())


@bp.get("/floor/shell/<language>")
def shell_in(language: str) -> Response:
    """The same page in a named language, for the worker to keep."""
    if language not in LANGUAGES:
        abort(404)
    return _shell(language)


def _shell(language: str) -> Response:
    return _kept(Response(_shell_page(language)))


def _shell_page(language: str) -> str:
    g.language = language
    with force_locale(LOCALES[language]):
        return render_template(
            "floor/shell.html",
            strings=assets.strings(),
            finding_words=findings.spoken(),
            door_words=doors.spoken(),
        )


@bp.get("/floor/pack")
def pack() -> Response:
    """The walk pack of the person who is signed in."""
    member = people.current_membership(current_user, now())
    if member is None:
        abort(403)
    mall = db.session.get_one(Mall, member.mall_id)
    return jsonify(pack_for(current_user, member, mall, now()))


@bp.get("/floor/handover")
def handover() -> Response:
    """The handovers that the person who is signed in gives and takes."""
    member = people.current_membership(current_user, now())
    if member is None:
        abort(403)
    mall = db.session.get_one(Mall, member.mall_id)
    return jsonify(handovers_for(mall, member, now()))


@bp.get("/floor/forms/<mall>/<code>/<int:version>/<language>")
def form(mall: str, code: str, version: int, language: str) -> Response:
    """One checklist version as a form; it names nobody and never changes."""
    published = checklists.find_version(g.mall.id, code, version)
    if published is None or language not in LANGUAGES:
        abort(404)
    g.language = language
    with force_locale(LOCALES[language]):
        page = render_template(
            "checklists/form.html",
            definition=published.definition,
            code=code,
            version=version,
            language=language,
        )
    return _kept(Response(page))


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    response = jsonify(assets.manifest(current_language()))
    response.mimetype = "application/manifest+json"
    return _kept(response)


@bp.get("/sw.js")
def worker() -> Response:
    """The worker lives at the root, and may look after the floor app only."""
    return _script("worker")


@bp.get("/floor/<any(app, sync, leave):name>.js")
def script(name: str) -> Response:
    """The phone's modules, joined into few files."""
    return _script(name)


def _script(name: str) -> Response:
    return _kept(Response(assets.script(name), mimetype="text/javascript"))


@bp.get("/floor/build.js")
def build() -> Response:
    """Which files make up this build: the one part of the worker that is generated."""
    shells = {language: _shell_page(language) for language in LANGUAGES}
    module = assets.build_module(shells)
    return _kept(Response(module, mimetype="text/javascript"))


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = KEPT
    if request.method in {"GET", "HEAD"}:
        response.add_etag()
        response.make_conditional(request)
    return response
