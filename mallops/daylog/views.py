"""Addresses of the daily log: the day, its entries, exports, held ones, phones."""

from __future__ import annotations

import functools
import json
from datetime import date
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
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from mallops import web
from mallops.daylog import (
    actions,
    exports,
    files,
    oversight,
    pages,
    queries,
    rules,
    words,
)
from mallops.daylog.pages import Asked, Day, RoundLists
from mallops.db import db
from mallops.errors import Refused
from mallops.ledger import kinds, photos
from mallops.ledger.models import LogLine
from mallops.ledger.queries import erasure_of, find_photo
from mallops.signatures import day_actions
from mallops.signatures import queries as signatures
from mallops.signatures.pages import of_entry

bp = Blueprint("daylog", __name__)

KEPT = frozenset(rules.FIELDS) - {"after"}  # filters that go along to another day

for _filter in (
    words.flag_name,
    words.flag_meaning,
    words.flag_icon,
    words.held_reason,
    words.refused_because,
    words.round_state,
    words.kind_icon,
    words.month_name,
    words.time_since,
    words.body_time,
    kinds.summary_of,
):
    bp.app_template_filter()(_filter)


@bp.context_processor
def _helpers() -> dict[str, object]:
    return {
        "place_of": pages.place_of,
        "summary_of_line": pages.summary_of,
        "drawn_once": functools.cache,  # a macro, for as long as its page is drawn
        "FILTER_ERRORS": words.FILTER_ERRORS,
        "may_decide_on": _may_decide_on,
        "photo_address": _photo_address,
    }


def _photo_address(sha256: str) -> str:
    return url_for("daylog.photo", mall=g.mall.code, sha256=sha256)


def _may_decide_on(line: LogLine) -> bool:
    """Is this entry waiting, and could the reader be the second person?"""
    entry = line.entry
    return (
        line.state == "held"
        and web.may("daylog.decide")
        and rules.may_decide(
            current_user.id,
            recorded_by_id=entry.recorded_by_id,
            carried_by_id=entry.carried_by_id,
        )
    )


@bp.get("/log/")
def today(mall: str) -> ResponseReturnValue:
    """To the day that runs, or to the one that was picked; filters go along."""
    day, picked = pages.today_of(g.mall), request.args.get("day", "")
    # Only our own names: url_for would obey others, such as _scheme.
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in KEPT
    }
    try:
        day = date.fromisoformat(picked) if picked else day
    except ValueError:
        flash(_("“%(text)s” is not a date.", text=picked[:20]), "wrong")
    return redirect(url_for("daylog.show", mall=mall, day=day, **kept))


@bp.get("/log/<date:day>")
def show(mall: str, day: date) -> ResponseReturnValue:
    shown = Day(pages.asked(g.mall, day))
    page = render_template("daylog/show.html", shown=shown)
    return page, 400 if shown.errors else 200


@bp.post("/log/<date:day>/sign-off")
def sign_off(mall: str, day: date) -> ResponseReturnValue:
    shown, form = Day(pages.asked(g.mall, day)), request.form
    through, remarks = form.get("through", 0, type=int), form.get("remarks", "")
    seen, user_id = form.getlist("seen"), current_user.id
    try:
        day_actions.sign_off(shown.to_sign, seen, through, remarks, user_id)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        tried = {"sign_off_refusal": refusal, "sign_off_remarks": remarks}
        again = Day(pages.asked(g.mall, day))
        return render_template("daylog/show.html", shown=again, **tried), 422
    flash(_("The day is signed off."), "done")
    return redirect(url_for("daylog.show", mall=mall, day=day))


@bp.get("/log/<date:day>/entries")
def entries(mall: str, day: date) -> ResponseReturnValue:
    """The list and counts anew; 204 while the reader has them as they are."""
    shown = Day(pages.asked(g.mall, day))
    if shown.errors:
        abort(400)
    if request.args.get("have") == shown.version:
        return "", 204
    return render_template("daylog/_live.html", shown=shown)


@bp.get("/log/<date:day>/rounds/<state>")
def rounds(mall: str, day: date, state: str) -> ResponseReturnValue:
    """One list of rounds, for the page that offers it closed."""
    if state not in rules.ROUND_STATES or not pages.may_have_a_log(g.mall, day):
        abort(404)
    about = RoundLists(g.mall, day, state)
    return render_template("daylog/_rounds_list.html", about=about, name=state)


@bp.get("/log/<date:day>/uncountersigned")
def uncountersigned(mall: str, day: date) -> ResponseReturnValue:
    """What wants a countersignature, for the page that offers it closed."""
    if not pages.may_have_a_log(g.mall, day):
        abort(404)
    return render_template(
        "signatures/_of_day_list.html",
        waiting=signatures.waiting(g.mall.id, day),
        addresses=pages.Addresses(g.mall),
        now=web.now(),
    )


@bp.get("/log/<date:day>.csv")
def csv(mall: str, day: date) -> ResponseReturnValue:
    asked = _asked_for_export(day)
    lines = queries.all_lines(g.mall, day, asked.narrowed)
    rows = exports.csv_of(lines, g.mall.time_zone)
    name = _file_name(mall, day, "csv")
    return files.csv_file(stream_with_context(rows), name)


@bp.get("/log/<date:day>.xlsx")
def xlsx(mall: str, day: date) -> ResponseReturnValue:
    asked = _asked_for_export(day)
    lines = queries.all_lines(g.mall, day, asked.narrowed)
    book = exports.xlsx_of(lines, g.mall.time_zone, day.isoformat())
    return files.xlsx_file(book, _file_name(mall, day, "xlsx"))


def _asked_for_export(day: date) -> Asked:
    """Wrong filters give no file at all: half a day would look like a whole one."""
    asked = pages.asked(g.mall, day)
    if asked.errors:
        code = next(iter(asked.errors.values()))
        abort(400, str(words.FILTER_ERRORS[code]))
    return asked


def _file_name(mall: str, day: date, suffix: str) -> str:
    return f"{mall}-{day.isoformat()}.{suffix}"


@bp.get("/entries/<uuid:entry_id>")
def entry(mall: str, entry_id: UUID) -> ResponseReturnValue:
    line = queries.find_line(g.mall, entry_id) or abort(404)
    return render_template("daylog/entry.html", **_facts(line))


def _facts(line: LogLine) -> dict[str, object]:
    stored = line.entry
    kind = kinds.get(stored.kind, stored.v)
    body = json.loads(stored.body)
    units = [line.unit_id] if line.unit_id else []
    return {
        **kind.page_facts(stored, body),
        **of_entry(line, g.membership),
        "line": line,
        "entry": stored,
        "body": body,
        "kind": kind,
        "photos": queries.photos(g.mall, stored.photos),
        "tenants": queries.tenants_on(line.business_day, units),
        "decision": queries.decision_on(stored.id),
        "erasure": erasure_of(stored.id),
    }


@bp.get("/photos/<sha256>")
def photo(mall: str, sha256: str) -> ResponseReturnValue:
    return _picture(sha256, "")


@bp.get("/photos/<sha256>/thumb")
def thumb(mall: str, sha256: str) -> ResponseReturnValue:
    return _picture(sha256, photos.THUMB)


def _picture(sha256: str, part: str) -> ResponseReturnValue:
    """A photo of this mall, as nothing but a picture; 404 for any other."""
    if not find_photo(g.mall.id, sha256.replace("\0", "")):
        abort(404)
    return files.picture(g.mall.id, sha256, part)


@bp.get("/held/")
def held(mall: str) -> ResponseReturnValue:
    return _held_page()


@bp.post("/held/<uuid:entry_id>/decision")
def decide(mall: str, entry_id: UUID) -> ResponseReturnValue:
    verdict = request.form.get("verdict", "")
    reason = request.form.get("reason", "")
    try:
        actions.decide(g.mall, entry_id, verdict, reason, current_user, web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        if refusal.code == "unknown_entry":
            abort(404)
        return _held_page(entry_id, refusal, verdict, reason), 422
    flash(_("Decided. The decision stands in today's log."), "done")
    return redirect(url_for("daylog.held", mall=mall))


def _held_page(
    entry_id: UUID | None = None,
    refusal: Refused | None = None,
    verdict: str = "",
    reason: str = "",
) -> str:
    lines = oversight.held(g.mall)
    return render_template(
        "daylog/held.html",
        lines=lines,
        is_listed=any(line.entry_id == entry_id for line in lines),
        refused_bytes=oversight.refused_bytes(g.mall),
        tried={
            "entry_id": entry_id,
            "refusal": refusal,
            "verdict": verdict,
            "reason": reason,
        },
    )


@bp.get("/phones/")
def phones(mall: str) -> ResponseReturnValue:
    return render_template("daylog/phones.html", phones=oversight.phones(g.mall))
