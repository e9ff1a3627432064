"""Addresses of the roster: a week of a team, and changing who is on a shift."""

from __future__ import annotations

from collections.abc import Callable

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
from flask_login import current_user

from mallops import web
from mallops.db import db
from mallops.errors import Refused
from mallops.people.queries import find_team
from mallops.places.rules import business_day
from mallops.shifts import pages, queries, roster, words
from mallops.shifts.pages import Typed, Week
from mallops.shifts.roster import Desk
from mallops.shifts.rules import Shift

bp = Blueprint("shifts", __name__)
bp.add_app_template_filter(words.change, "roster_change")
bp.add_app_template_filter(words.short_day)


@bp.get("/shifts/")
def index(mall: str) -> ResponseReturnValue:
    """To the week that runs."""
    today = business_day(web.now(), g.mall.time_zone, g.mall.day_starts_at)
    return redirect(url_for("shifts.week", mall=mall, week=pages.week_of(today)))


@bp.get("/shifts/<week>")
def week(mall: str, week: str) -> ResponseReturnValue:
    shown = _week(week)
    if shown.name != week:
        there = url_for("shifts.week", mall=mall, week=shown.name, team=shown.team)
        return redirect(there)
    if web.may("shifts.add"):
        shown.open_id = request.args.get("open", "")
    return render_template("shifts/week.html", shown=shown)


def _week(text: str) -> Week:
    today = business_day(web.now(), g.mall.time_zone, g.mall.day_starts_at)
    monday = pages.read_week(text, today) or abort(404)
    team = request.args.get("team", "").replace("\0", "") or None
    if team and not find_team(g.mall.id, team):
        abort(404)
    return Week(g.mall, g.membership, monday, team, web.now())


@bp.post("/shifts/<week>/copy")
def copy(mall: str, week: str) -> ResponseReturnValue:
    """The roster of the week before, where nobody is rostered yet."""
    shown = _week(week)
    copied = roster.copy_week(_desk(), shown.monday, shown.team)
    db.session.commit()
    for text in words.copied(copied):
        flash(text, "done" if copied.people else "late")
    there = url_for("shifts.week", mall=mall, week=shown.name, team=shown.team)
    return redirect(there)


@bp.get("/shifts/<shift_id>/people")
def people(mall: str, shift_id: str) -> ResponseReturnValue:
    """One shift, to be changed in its place on the page; ``close``: to be read."""
    shift = _shift(shift_id)
    return _fragment(shift, is_open="close" not in request.args)


@bp.post("/shifts/<shift_id>/people")
def add(mall: str, shift_id: str) -> ResponseReturnValue:
    chosen = request.form.get("person", "")
    return _change(
        shift_id,
        lambda desk, shift: roster.add(desk, shift, _number(chosen)),
        Typed(shift_id, "", chosen=chosen),
    )


@bp.post("/shifts/<shift_id>/people/<int:user_id>/absence")
def absence(mall: str, shift_id: str, user_id: int) -> ResponseReturnValue:
    _check_known(shift_id, user_id)
    reason = request.form.get("reason", "")
    chosen = request.form.get("replaced_by", "")
    stands_in = _number(chosen) if chosen else None

    def mark(desk: Desk, shift: Shift) -> None:
        roster.mark_absent(desk, shift, user_id, reason, stands_in)

    return _change(shift_id, mark, Typed(shift_id, "", user_id, reason, chosen))


@bp.post("/shifts/<shift_id>/people/<int:user_id>/<any(removal,lead,return):what>")
def change(mall: str, shift_id: str, user_id: int, what: str) -> ResponseReturnValue:
    _check_known(shift_id, user_id)
    return _change(
        shift_id,
        lambda desk, shift: roster.AT_ONCE[what](desk, shift, user_id),
        Typed(shift_id, ""),
    )


def _number(text: str) -> int:
    """A person's id out of a form; one that nobody has, if it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _desk() -> Desk:
    return Desk(g.mall, current_user, web.now())


def _shift(shift_id: str) -> Shift:
    return queries.find_shift(g.mall, shift_id) or abort(404)


def _check_known(shift_id: str, user_id: int) -> None:
    """404 for a person who neither is on the shift nor works in this mall."""
    if not queries.is_known(g.mall, _shift(shift_id), user_id, web.now()):
        abort(404)


def _change(
    shift_id: str, do: Callable[[Desk, Shift], None], typed: Typed
) -> ResponseReturnValue:
    """Change a shift's roster; a refusal comes back with what was typed."""
    shift = _shift(shift_id)
    try:
        do(_desk(), shift)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        typed.refusal = refusal.text
        return _refused(shift, typed)
    if _is_in_place():
        return _fragment(shift, is_open=True)
    return redirect(_place_of(shift))


def _is_in_place() -> bool:
    return request.headers.get("HX-Request") == "true"


def _place_of(shift: Shift) -> str:
    return url_for(
        "shifts.week",
        mall=g.mall.code,
        week=pages.week_of(shift.day),
        team=shift.team,
        open=shift.id,
        _anchor=f"shift-{shift.id}",
    )


def _week_with(shift: Shift) -> Week:
    monday = shift.day - pages.ONE_DAY * shift.day.weekday()
    return Week(g.mall, g.membership, monday, shift.team, web.now())


def _refused(shift: Shift, typed: Typed) -> ResponseReturnValue:
    if _is_in_place():  # htmx puts nothing in place that came with 422
        return _fragment(shift, is_open=True, typed=typed)
    shown = _week_with(shift)
    shown.open_id, shown.typed = shift.id, typed
    return render_template("shifts/week.html", shown=shown), 422


def _fragment(shift: Shift, *, is_open: bool, typed: Typed | None = None) -> str:
    shown = _week_with(shift)
    shown.open_id, shown.typed = shift.id if is_open else "", typed
    return render_template("shifts/_shift.html", shown=shown, shift=shift, moved=True)
