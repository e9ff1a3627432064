"""Addresses of closures: the list, asking for one, one of them, the decision."""

from __future__ import annotations

from typing import Any
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
from mallops.closures import actions, pages, queries, words
from mallops.closures.forms import DecisionForm, RequestForm
from mallops.daylog import queries as daylog
from mallops.db import db, start_writing
from mallops.doors import words as doors
from mallops.doors.models import Closure
from mallops.errors import Refused
from mallops.findings import uploads
from mallops.notices.forms import tidy

bp = Blueprint("closures", __name__)


@bp.url_value_preprocessor
def _room_for_photos(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A request may carry photos; the form is read before any view runs."""
    if endpoint == "closures.ask":
        request.max_content_length = uploads.MOST_BYTES


@bp.context_processor
def _helpers() -> dict[str, object]:
    return {"says": words}


@bp.get("/doors/closures/")
def index(mall: str) -> ResponseReturnValue:
    listed = pages.List(g.mall, request.args)
    page = render_template("closures/index.html", listed=listed)
    return page, 400 if listed.errors else 200


@bp.get("/doors/closures/rows")
def rows(mall: str) -> ResponseReturnValue:
    """What of the list changes with its filters."""
    listed = pages.List(g.mall, request.args)
    return render_template("closures/_list.html", listed=listed)


@bp.get("/doors/closures/new")
def new(mall: str) -> ResponseReturnValue:
    form = pages.new_form(g.mall, request.args)
    return render_template("closures/new.html", form=form, problem="")


@bp.post("/doors/closures/new")
def ask(mall: str) -> ResponseReturnValue:
    """A form that cannot be taken comes back with all that was typed."""
    form, problem = RequestForm(), ""
    is_valid, unit = form.validate(), pages.unit_of(g.mall, form)
    if is_valid and not form.unit.errors:
        try:
            return _ask(form, unit.no if unit else None)
        except Refused as refusal:
            db.session.rollback()
            problem = refusal.text
    return render_template("closures/new.html", form=form, problem=problem), 422


def _ask(form: RequestForm, unit: str | None) -> ResponseReturnValue:
    """Keep the photos, then record the request.

    Raises:
        Refused: a photo cannot be kept, or nobody could decide on what is asked for.
    """
    db.session.rollback()  # looking at photos takes its time; nobody waits for it
    found = uploads.chosen(request.files.getlist("photos"))
    start_writing()
    user_id = g.membership.user_id
    photos = [uploads.keep(g.mall.id, data, user_id, web.now()) for data in found]
    body = {"unit": unit, **form.said(), "photos": photos}
    closure_id = actions.ask(g.mall, body, g.membership, web.now())
    db.session.commit()
    flash(_("Asked for. Somebody else decides on it."), "done")
    address = url_for("closures.show", mall=g.mall.code, closure_id=closure_id)
    return redirect(address)


@bp.get("/doors/closures/<uuid:closure_id>")
def show(mall: str, closure_id: UUID) -> ResponseReturnValue:
    return _page(_closure(closure_id), DecisionForm(formdata=None))


@bp.post("/doors/closures/<uuid:closure_id>/decision")
def decide(mall: str, closure_id: UUID) -> ResponseReturnValue:
    closure, form = _closure(closure_id), DecisionForm()
    if not form.validate():
        return _page(closure, form), 422
    verdict, text = form.verdict.data, tidy(form.reason.data)
    try:
        now = web.now()
        found = actions.decide(g.mall, closure, verdict, text, g.membership, now)
        told = doors.told_of(found)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _page(_closure(closure_id), form, refusal.text), 422
    for said, look in told:
        flash(said, look)
    return redirect(url_for("closures.show", mall=mall, closure_id=closure_id))


def _closure(closure_id: UUID) -> Closure:
    return queries.find(g.mall.id, closure_id) or abort(404)


def _page(closure: Closure, form: DecisionForm, problem: str = "") -> str:
    return render_template(
        "closures/show.html",
        closure=closure,
        tenant=pages.names_of_tenants([closure]).get(closure.id),
        photos=daylog.photos(g.mall, closure.photos),
        form=form,
        problem=problem,
        is_asker=closure.asked_by_id == g.membership.user_id,
    )
