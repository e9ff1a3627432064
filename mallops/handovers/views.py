"""Addresses of handovers: the list, one with its steps, instructions."""

from __future__ import annotations

from collections.abc import Callable
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

from mallops import web
from mallops.db import db
from mallops.errors import Refused
from mallops.findings import queries as findings
from mallops.handovers import (
    access,
    actions,
    ahead_words,
    forms,
    pages,
    queries,
    rules,
    words,
)
from mallops.handovers.forms import Wrong
from mallops.handovers.pages import Page, Tried
from mallops.shifts import queries as shifts
from mallops.shifts.queries import Beside

bp = Blueprint("handovers", __name__)


for _filter in (words.handover_state, words.handover_look):
    bp.app_template_filter()(_filter)


@bp.context_processor
def _helpers() -> dict[str, object]:
    return {"says": words, "says_ahead": ahead_words, "handover_rules": rules}


@bp.get("/handovers/")
def index(mall: str) -> ResponseReturnValue:
    listed = pages.List(g.mall, request.args.get("until", ""))
    return render_template("handovers/index.html", listed=listed)


@bp.get("/handovers/<shift_id>")
def show(mall: str, shift_id: str) -> ResponseReturnValue:
    return _page(_shift(shift_id))


@bp.get("/handovers/<shift_id>/print")
def printed(mall: str, shift_id: str) -> ResponseReturnValue:
    shown = Page(g.mall, _shift(shift_id), g.membership)
    return render_template("handovers/print.html", shown=shown)


@bp.post("/handovers/<shift_id>/signature")
def sign(mall: str, shift_id: str) -> ResponseReturnValue:
    """Signed as it stands now, or as it was seen when more came in meanwhile."""
    beside = _shift(shift_id)
    if not access.may_sign(g.mall, beside.shift, g.membership):
        abort(403)
    page = Page(g.mall, beside, g.membership)
    return _take(page, "sign", forms.read_signature, actions.sign)


@bp.post("/handovers/<shift_id>/acceptance")
def accept(mall: str, shift_id: str) -> ResponseReturnValue:
    return _answer(shift_id, "accept", forms.read_acceptance)


@bp.post("/handovers/<shift_id>/refusal")
def refuse(mall: str, shift_id: str) -> ResponseReturnValue:
    return _answer(shift_id, "refuse", forms.read_refusal)


def _answer(
    shift_id: str, name: str, read: Callable[..., dict[str, Any]]
) -> ResponseReturnValue:
    beside = _shift(shift_id)
    if not access.may_accept(g.mall, beside, g.membership):
        abort(403)
    return _take(Page(g.mall, beside, g.membership), name, read, actions.answer)


@bp.post("/handovers/<shift_id>/decision")
def decide(mall: str, shift_id: str) -> ResponseReturnValue:
    page = Page(g.mall, _shift(shift_id), g.membership)
    return _take(page, "decide", forms.read_decision, actions.decide)


@bp.post("/handovers/<shift_id>/addendum")
def acknowledge(mall: str, shift_id: str) -> ResponseReturnValue:
    page = Page(g.mall, _shift(shift_id), g.membership)
    return _take(page, "acknowledge", forms.read_entries, actions.acknowledge)


def _take(
    page: Page,
    name: str,
    read: Callable[..., Any],
    action: Callable[..., UUID],
) -> ResponseReturnValue:
    """Take a step, or show the page again with what was typed and what is wrong."""
    try:
        said = read(page, request.form)
        action(g.mall, page.shift, said, g.membership, web.now())
        db.session.commit()
    except Wrong as wrong:
        db.session.rollback()
        return _page(page.beside, wrong.tried(name, request.form)), 422
    except Refused as refusal:
        db.session.rollback()
        tried = Tried(name, request.form, problem=refusal.text)
        return _page(page.beside, tried), 422
    flash(str(words.DONE[name]), "done")
    address = url_for("handovers.show", mall=g.mall.code, shift_id=page.shift.id)
    return redirect(address)


def _shift(shift_id: str) -> Beside:
    return shifts.find_beside(g.mall, shift_id.replace("\0", "")) or abort(404)


def _page(beside: Beside, tried: Tried | None = None) -> str:
    again = request.args.get("again") == "1"
    shown = Page(g.mall, beside, g.membership, tried, again=again)
    return render_template("handovers/show.html", shown=shown)


# -- Instructions ---------------------------------------------------------------------


@bp.get("/instructions/")
def instructions(mall: str) -> ResponseReturnValue:
    return _instructions(Tried())


@bp.post("/instructions/")
def instruct(mall: str) -> ResponseReturnValue:
    try:
        said = forms.read_instruction(g.mall, request.form)
    except Wrong as wrong:
        return _instructions(wrong.tried("instruct", request.form)), 422
    actions.instruct(g.mall, said, g.membership, web.now())
    db.session.commit()
    flash(str(words.DONE["instruct"]), "done")
    return redirect(url_for("handovers.instructions", mall=mall))


def _instructions(tried: Tried) -> str:
    given = queries.instructions(g.mall.id)
    return render_template(
        "handovers/instructions.html",
        given=given,
        noted=queries.acknowledgements([one.id for one in given]),
        teams={team.code: team.name for team in findings.teams(g.mall.id)},
        tried=tried,
    )
