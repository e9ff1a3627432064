"""Addresses of the shop-door rounds at the desk: a day, a shop, a month, on paper."""

from __future__ import annotations

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

from mallops.daylog import files
from mallops.daylog import queries as daylog
from mallops.daylog import rules as log
from mallops.daylog.days import today_of
from mallops.db import db
from mallops.doors import asked, exports, said, standing, switching, words
from mallops.doors import sheet as sheets
from mallops.doors.codes import labels as labels_of
from mallops.doors.month import Month
from mallops.doors.offered import Choices
from mallops.doors.order import OrderForm, floor_units
from mallops.doors.order import read as read_order
from mallops.doors.shop import ShopDay
from mallops.doors.wall import Wall
from mallops.errors import Refused
from mallops.findings import units
from mallops.places import walking

bp = Blueprint("doors", __name__)


@bp.context_processor
def _words() -> dict[str, object]:
    return {
        "DOORS": said,
        "DOOR_EVENTS": words.EVENTS,
        "DOOR_WORDS": words,
        "STANDING": standing,
    }


# -- A day --------------------------------------------------------------------------


@bp.get("/")
def today(mall: str) -> ResponseReturnValue:
    """To the day that runs, or to the one that was picked; filters go along."""
    day, picked = today_of(g.mall), request.args.get("day", "")
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in asked.FIELDS
    }
    try:
        day = date.fromisoformat(picked) if picked else day
    except ValueError:
        flash(_("“%(text)s” is not a date.", text=picked[:20]), "wrong")
    return redirect(url_for("doors.show", mall=mall, day=day, **kept))


@bp.get("/<date:day>")
def show(mall: str, day: date) -> ResponseReturnValue:
    shown = _wall(day)
    status = 400 if shown.errors else 200
    switched = switching.of_day(g.mall, day)
    return _drawn("doors/day.html", shown, switched=switched), status


@bp.get("/<date:day>/wall")
def wall(mall: str, day: date) -> ResponseReturnValue:
    """The wall and its counts anew; 204 while the reader has them as they are."""
    shown = _wall(day)
    if shown.errors:
        abort(400)
    if request.args.get("have") == shown.version:
        return "", 204
    return _drawn("doors/_live.html", shown)


def _drawn(template: str, shown: Wall, **more: object) -> str:
    try:
        return render_template(template, shown=shown, **more)
    finally:
        shown.forget()


def _wall(day: date) -> Wall:
    return Wall(g.mall, _plausible(day), request.args)


def _plausible(day: date) -> date:
    return day if log.is_plausible(day, today_of(g.mall)) else abort(404)


@bp.get("/<date:day>.csv")
def csv(mall: str, day: date) -> ResponseReturnValue:
    rows = list(exports.rows_of(_asked_for_export(day)))
    table = exports.csv_table(exports.HEADER, rows)
    return files.csv_file(table, f"{mall}-doors-{day.isoformat()}.csv")


@bp.get("/<date:day>.xlsx")
def xlsx(mall: str, day: date) -> ResponseReturnValue:
    rows = exports.rows_of(_asked_for_export(day))
    book = exports.xlsx_table(exports.HEADER, exports.WIDTHS, rows, day.isoformat())
    return files.xlsx_file(book, f"{mall}-doors-{day.isoformat()}.xlsx")


def _asked_for_export(day: date) -> Wall:
    """Wrong filters give no file at all: half a day would look like a whole one."""
    shown = _wall(day)
    if shown.errors:
        code = next(iter(shown.errors.values()))
        abort(400, str(said.FILTER_ERRORS[code]))
    return shown


@bp.get("/<date:day>/<no>")
def shop(mall: str, day: date, no: str) -> ResponseReturnValue:
    """Every sighting of one shop on a day, and what they come to."""
    unit = units.find(g.mall.id, no) or abort(404)
    shown = ShopDay(g.mall, _plausible(day), unit)
    return render_template("doors/shop.html", shown=shown)


# -- A month ------------------------------------------------------------------------


@bp.get("/month/<month>")
def month(mall: str, month: str) -> ResponseReturnValue:
    first = asked.read_month(month) or abort(404)
    shown = Month(g.mall, _plausible(first), request.args)
    page = render_template("doors/month.html", shown=shown)
    return page, 400 if shown.errors else 200


# -- On paper -----------------------------------------------------------------------


@bp.get("/<date:day>/sheet")
def sheet(mall: str, day: date) -> ResponseReturnValue:
    """The sign-in sheet of a day, as it looks on paper."""
    shown = Wall(g.mall, _plausible(day), {})
    floors = list(sheets.floors(shown))
    return render_template("doors/sheet.html", shown=shown, floors=floors)


@bp.get("/codes")
def codes(mall: str) -> ResponseReturnValue:
    """Labels for the doors of a floor or a zone; of the first floor, unless asked."""
    args = request.args.to_dict()
    if args.get("floor") == "all":
        del args["floor"]
    elif not args.get("floor") and not args.get("zone"):
        args["floor"] = next(iter(Choices(g.mall).floors), "")
    shown = Wall(g.mall, today_of(g.mall), args)
    labels = list(labels_of(shown))
    page = render_template("doors/codes.html", shown=shown, labels=labels)
    return page, 400 if shown.errors else 200


# -- The walking order --------------------------------------------------------------


@bp.get("/order")
def order(mall: str) -> ResponseReturnValue:
    offered = Choices(g.mall)
    floor = request.args.get("floor") or next(iter(offered.floors), "")
    if floor and floor not in offered.floors:
        abort(404)
    way, _dot, moved = request.args.get("moved", "").partition(".")
    return _order_page(floor, moved=moved, way=way)


def _order_page(
    floor: str,
    typed: OrderForm | None = None,
    refusal: str = "",
    moved: str = "",
    way: str = "",
) -> str:
    units_ = floor_units(g.mall, floor)
    names = daylog.tenants_on(today_of(g.mall), (unit.id for unit in units_))
    return render_template(
        "doors/order.html",
        offered=Choices(g.mall),
        floor=floor,
        units=units_,
        names=names,
        typed=typed,
        refusal=refusal,
        moved=moved,
        way=way,
    )


@bp.post("/order")
def reorder(mall: str) -> ResponseReturnValue:
    """Keep the places that were typed, and the one move."""
    floor, typed = request.form.get("floor", ""), read_order(request.form)
    floors = Choices(g.mall).floors
    if floor not in floors:
        refusal = _("There is no such floor here.")
        return _order_page(next(iter(floors), ""), refusal=refusal), 422
    if typed.bad:
        refusal = _("Not saved: a place on the walk is a number from 1 on.")
        return _order_page(floor, typed, refusal), 422
    try:
        walking.walk_in_order(g.mall, floor, typed.shown, typed.wanted)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _order_page(floor, refusal=refused.text), 409
    if not typed.moved:
        flash(_("The walking order is saved."), "done")
        return redirect(url_for("doors.order", mall=mall, floor=floor))
    moved = request.form["move"]
    there = url_for("doors.order", mall=mall, floor=floor, moved=moved)
    return redirect(f"{there}#walk-{typed.moved}")
