"""Addresses of countersignatures: what waits for mine, one to look at and sign."""

from __future__ import annotations

import json
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mallops import web
from mallops.daylog import files
from mallops.daylog.queries import find_line, photos
from mallops.db import db
from mallops.errors import Refused
from mallops.ledger import kinds
from mallops.ledger.models import LogLine
from mallops.signatures import actions, pages, queries, words

bp = Blueprint("signatures", __name__)

bp.app_template_filter()(words.asked_in_words)
bp.app_template_filter()(words.party_name)


@bp.app_context_processor
def _helpers() -> dict[str, object]:
    return {"countersigns": _countersigns}


def _countersigns() -> bool:
    """Is the reader one of those who countersign anything?"""
    return pages.person_of(g.membership).party is not None


@bp.get("/countersign/")
def index(mall: str) -> ResponseReturnValue:
    waiting = pages.waiting_for(g.membership)
    return render_template("signatures/index.html", waiting=waiting, now=web.now())


@bp.get("/countersign/<uuid:inspection_id>")
def show(mall: str, inspection_id: UUID) -> ResponseReturnValue:
    return _page(_asked_of_me(inspection_id))


@bp.get("/countersign/<uuid:inspection_id>/photos/<sha256>")
def photo(mall: str, inspection_id: UUID, sha256: str) -> ResponseReturnValue:
    if sha256 not in _asked_of_me(inspection_id).entry.photos:
        abort(404)
    return files.picture(g.mall.id, sha256)


@bp.post("/countersign/<uuid:inspection_id>")
def countersign(mall: str, inspection_id: UUID) -> ResponseReturnValue:
    line, note = _asked_of_me(inspection_id), request.form.get("note", "")
    person = pages.person_of(g.membership)
    try:
        actions.countersign(g.mall, inspection_id, note, person, web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _page(line, refusal, note), 422
    flash(_("Countersigned. It stands in today's log."), "done")
    return redirect(url_for("signatures.index", mall=mall))


def _asked_of_me(inspection_id: UUID) -> LogLine:
    """An inspection that takes my signature; 404 for all others.

    A team, which may be a contractor's, sees of the log what it is asked to sign.
    """
    found = queries.find(g.mall.id, inspection_id)
    line = find_line(g.mall, inspection_id)
    if line is None or not pages.may(found, g.membership):
        abort(404)
    return line


def _page(line: LogLine, refusal: Refused | None = None, note: str = "") -> str:
    entry = line.entry
    body = json.loads(entry.body)
    kind = kinds.get(entry.kind, entry.v)

    def photo_address(sha256: str) -> str:
        return url_for(
            "signatures.photo", mall=g.mall.code, inspection_id=entry.id, sha256=sha256
        )

    return render_template(
        "signatures/show.html",
        **kind.page_facts(entry, body),
        **pages.of_entry(line, g.membership),
        line=line,
        entry=entry,
        body=body,
        kind=kind,
        photos=photos(g.mall, entry.photos),
        photo_address=photo_address,
        refusal=refusal,
        note=note,
    )
