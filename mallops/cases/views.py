"""Addresses of cases: a month's steps shop by shop, one day with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

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
from flask_wtf import FlaskForm

from mallops import web
from mallops.cases import actions, pages, words
from mallops.cases.actions import OnCase
from mallops.cases.forms import DismissalForm, NoteForm, ProposalForm, WarningForm
from mallops.db import db
from mallops.doors import words as doors
from mallops.errors import Refused
from mallops.notices import words as notices
from mallops.notices.actions import Draft
from mallops.notices.forms import tidy
from mallops.notices.pages import moment_of
from mallops.notices.queries import find_unit

bp = Blueprint("cases", __name__)


@bp.context_processor
def _helpers() -> dict[str, object]:
    return {"steps": words, "doors": doors, "says": notices, "currency": _currency}


def _currency() -> str:
    return notices.currency_of(g.mall.time_zone, g.mall.settings)


@bp.get("/doors/cases/")
def index(mall: str) -> ResponseReturnValue:
    shown = pages.Month(g.mall, request.args)
    page = render_template("cases/index.html", shown=shown)
    return page, 400 if shown.errors else 200


@bp.get("/doors/cases/<no>/<date:day>")
def show(mall: str, no: str, day: date) -> ResponseReturnValue:
    return _page(_day(no, day))


@bp.post("/doors/cases/<no>/<date:day>/warning")
def warn(mall: str, no: str, day: date) -> ResponseReturnValue:
    form = WarningForm()

    def take(on: OnCase, shown: pages.Day) -> None:
        draft = Draft(
            level=shown.warning.step if shown.warning else "verbal",
            what=tidy(form.what.data),
            clause=tidy(form.clause.data),
            rectify_by=moment_of(g.mall, form.rectify_by.data),
            language=form.language.data,
        )
        actions.warn(on, draft, shown.proof)
        flash(_("Issued. It waits on the phones to be delivered."), "done")

    return _take(no, day, "warn", form, take)


@bp.post("/doors/cases/<no>/<date:day>/penalty")
def propose(mall: str, no: str, day: date) -> ResponseReturnValue:
    form = ProposalForm()

    def take(on: OnCase, shown: pages.Day) -> None:
        actions.propose(on, form.said(_currency()))
        flash(_("Proposed. A manager decides on it."), "done")

    return _take(no, day, "propose", form, take)


@bp.post("/doors/cases/<no>/<date:day>/note")
def note(mall: str, no: str, day: date) -> ResponseReturnValue:
    form = NoteForm()

    def take(on: OnCase, shown: pages.Day) -> None:
        actions.note(on, tidy(form.note.data))

    return _take(no, day, "note", form, take)


@bp.post("/doors/cases/<no>/<date:day>/dismissal")
def dismiss(mall: str, no: str, day: date) -> ResponseReturnValue:
    form = DismissalForm()

    def take(on: OnCase, shown: pages.Day) -> None:
        cause, reason = form.cause.data, tidy(form.reason.data)
        found = actions.dismiss(on, form.event.data, cause, reason)
        flash(_("Taken out: it no longer counts."), "done")
        for said, look in doors.told_of(found):
            flash(said, look)

    return _take(no, day, "dismiss", form, take)


def _take(
    no: str, day: date, name: str, form: FlaskForm,
    take: Callable[[OnCase, pages.Day], Any],
) -> ResponseReturnValue:  # fmt: skip
    """Decide on a case, or show it again with what was typed."""
    shown = _day(no, day)
    if not form.validate():
        return _page(shown, name, form), 422
    try:
        take(OnCase(g.mall, shown.unit, day, g.membership, web.now()), shown)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _page(_day(no, day), name, form, refusal.text), 422
    return redirect(url_for("cases.show", mall=g.mall.code, no=no, day=day))


def _day(no: str, day: date) -> pages.Day:
    unit = find_unit(g.mall.id, no) or abort(404)
    return pages.day_page(g.mall, unit, day) or abort(404)


def _page(
    shown: pages.Day, tried: str = "", form: FlaskForm | None = None, problem: str = ""
) -> str:
    forms = pages.forms_of(g.mall, shown) | ({tried: form} if form else {})
    return render_template(
        "cases/show.html", shown=shown, forms=forms, tried=tried, problem=problem
    )
