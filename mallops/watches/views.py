"""Addresses of tenants to watch: the list with its form, and taking a mark away."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mallops import web
from mallops.db import db
from mallops.errors import Refused
from mallops.places.rules import business_day
from mallops.watches import actions, queries
from mallops.watches.forms import WatchForm

bp = Blueprint("watches", __name__)


@bp.get("/watches/")
def index(mall: str) -> ResponseReturnValue:
    return _page(WatchForm(formdata=None))


@bp.post("/watches/")
def mark(mall: str) -> ResponseReturnValue:
    """A form that cannot be taken comes back with all that was typed."""
    form = WatchForm()
    if not form.validate():
        return _page(form), 422
    try:
        by_id = g.membership.user_id
        actions.mark(g.mall, **form.said(), by_id=by_id, now=web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _page(form, refusal.text), 422
    flash(_("Marked. The shifts see it in their handover."), "done")
    return redirect(url_for("watches.index", mall=mall))


@bp.post("/watches/<int:watch_id>/end")
def end(mall: str, watch_id: int) -> ResponseReturnValue:
    watch = queries.find(g.mall.id, watch_id) or abort(404)
    actions.end(watch, g.membership.user_id, web.now())
    db.session.commit()
    flash(_("This tenant is watched no more."), "done")
    return redirect(url_for("watches.index", mall=mall))


def _page(form: WatchForm, problem: str = "") -> str:
    today = business_day(web.now(), g.mall.time_zone, g.mall.day_starts_at)
    now, before = queries.listed(g.mall.id, today)
    return render_template(
        "watches/index.html", form=form, problem=problem, now=now, before=before
    )
