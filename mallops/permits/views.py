"""Addresses of permits: the list, one of them, adding, changing, closing."""

from __future__ import annotations

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
from mallops.db import db
from mallops.errors import Refused
from mallops.notices.forms import tidy
from mallops.permits import actions, pages, queries, words
from mallops.permits.forms import ClosureForm, PermitForm
from mallops.permits.models import Permit

bp = Blueprint("permits", __name__)


@bp.context_processor
def _helpers() -> dict[str, object]:
    return {"says": words, "permit_pages": pages}


@bp.get("/permits/")
def index(mall: str) -> ResponseReturnValue:
    listed = pages.List(g.mall, request.args)
    return render_template("permits/index.html", listed=listed)


@bp.get("/permits/new")
def new(mall: str) -> ResponseReturnValue:
    """A link may name the kind, and the shift whose handover to go back to."""
    back = pages.came_from(g.mall, request.args)
    form = pages.new_form(g.mall, request.args.get("kind", ""), back)
    return _form_page(form)


@bp.post("/permits/new")
def add(mall: str) -> ResponseReturnValue:
    """A form that cannot be taken comes back with all that was typed."""
    form = pages.with_places(g.mall, PermitForm())
    said = pages.said(g.mall, form)
    if said is None:
        return _form_page(form), 422
    try:
        permit = actions.add(g.mall.id, said, g.membership.user_id, web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _form_page(form, problem=refusal.text), 422
    flash(_("Added. The shift it falls to is told in the handover."), "done")
    back = pages.came_from(g.mall, request.args)
    if back:
        return redirect(url_for("handovers.show", mall=mall, shift_id=back.id))
    return _to(permit)


@bp.get("/permits/<int:permit_id>")
def show(mall: str, permit_id: int) -> ResponseReturnValue:
    return _page(_permit(permit_id), ClosureForm(formdata=None))


@bp.get("/permits/<int:permit_id>/edit")
def edit(mall: str, permit_id: int) -> ResponseReturnValue:
    permit = _permit(permit_id)
    if permit.outcome:
        return _to(permit)
    return _form_page(pages.form_of(g.mall, permit), permit)


@bp.post("/permits/<int:permit_id>/edit")
def change(mall: str, permit_id: int) -> ResponseReturnValue:
    permit, form = _permit(permit_id), pages.with_places(g.mall, PermitForm())
    said = pages.said(g.mall, form)
    if said is None:
        return _form_page(form, permit), 422
    try:
        actions.change(permit, said, g.membership.user_id, web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _form_page(form, _permit(permit_id), refusal.text), 422
    flash(_("Changed."), "done")
    return _to(permit)


@bp.post("/permits/<int:permit_id>/closure")
def close(mall: str, permit_id: int) -> ResponseReturnValue:
    permit, form = _permit(permit_id), ClosureForm()
    if not form.validate():
        return _page(permit, form), 422
    try:
        said = form.outcome.data, tidy(form.reason.data)
        actions.close(permit, *said, g.membership.user_id, web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _page(_permit(permit_id), form, refusal.text), 422
    flash(_("Closed."), "done")
    return _to(permit)


def _permit(permit_id: int) -> Permit:
    return queries.find(g.mall.id, permit_id) or abort(404)


def _to(permit: Permit) -> ResponseReturnValue:
    return redirect(url_for("permits.show", mall=g.mall.code, permit_id=permit.id))


def _form_page(
    form: PermitForm, permit: Permit | None = None, problem: str = ""
) -> str:
    back = pages.came_from(g.mall, request.args)
    return render_template(
        "permits/form.html", form=form, permit=permit, problem=problem, back=back
    )


def _page(permit: Permit, form: ClosureForm, problem: str = "") -> str:
    return render_template(
        "permits/show.html", permit=permit, form=form, problem=problem
    )
