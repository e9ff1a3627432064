"""Addresses of findings: the list, one with its follow-up, a shop's history."""

from __future__ import annotations

from collections.abc import Callable
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
from flask_login import current_user

from mallops import web
from mallops.daylog.files import picture
from mallops.db import db, start_writing, will_write
from mallops.errors import Refused
from mallops.findings import (
    actions,
    forms,
    lists,
    queries,
    rules,
    units,
    uploads,
    words,
)
from mallops.findings.forms import StepForm
from mallops.findings.models import Finding
from mallops.findings.pages import Listing
from mallops.findings.story import OFFERED, Story, is_photo_of
from mallops.findings.units import ShopHistory
from mallops.ledger import photos
from mallops.people.rules import safe_next

bp = Blueprint("findings", __name__)

_FILTERS: dict[str, Callable[..., Any]] = {
    "finding_category": words.category,
    "finding_severity": words.severity,
    "finding_state": words.state,
    "finding_state_icon": words.state_icon,
    "finding_step": words.step_taken,
    "finding_step_icon": words.step_icon,
    "finding_button": words.step_to_take,
    "finding_waiting_for": words.waiting_for,
    "day_and_minute": words.day_and_minute,
    "told_at": words.told_at,
}
for _name, _filter in _FILTERS.items():
    bp.add_app_template_filter(_filter, _name)


@bp.app_template_test("visible_here")
def _is_visible(finding: Finding) -> bool:
    """May the reader open its page?"""
    member = g.membership
    return web.may("findings.show") and queries.viewer_of(member).sees(finding)


@bp.url_value_preprocessor
def _room_for_photos(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The form of a step may carry photos; it is read before any view runs."""
    if endpoint == "findings.step":
        request.max_content_length = uploads.MOST_BYTES


@bp.context_processor
def _words() -> dict[str, object]:
    return {
        "WORDS": words,
        "need_text": rules.NEED_TEXT,
    }


# -- The list -----------------------------------------------------------------------


@bp.get("/findings/")
def index(mall: str) -> ResponseReturnValue:
    shown = _listing()
    page = render_template("findings/index.html", shown=shown)
    return page, 400 if shown.errors else 200


@bp.get("/findings/rows")
def rows(mall: str) -> ResponseReturnValue:
    """The list and counts anew; 204 while the reader has them as they are."""
    shown = _listing()
    if shown.errors:
        abort(400)
    if request.args.get("have") == shown.version:
        return "", 204
    return render_template("findings/_live.html", shown=shown)


def _listing() -> Listing:
    return Listing(g.mall, g.membership, request.args, web.now())


# -- One finding --------------------------------------------------------------------


@bp.get("/findings/<finding_id>")
def show(mall: str, finding_id: str) -> ResponseReturnValue:
    story = _story(_visible(finding_id))
    step = request.args.get("step", "")
    typed = story.blank(step) if step in story.offers else None
    return _page(story, typed)


def _visible(finding_id: str) -> Finding:
    """The finding, if this reader may see it; 404 for all others."""
    viewer = queries.viewer_of(g.membership)
    return queries.find_visible(g.mall.id, finding_id, viewer) or abort(404)


def _story(finding: Finding) -> Story:
    return Story(g.mall, finding, g.membership, web.now())


def _page(story: Story, typed: StepForm | None = None) -> str:
    """``typed``: the form that is open, as it was typed or as it is offered."""
    return render_template(
        "findings/show.html", story=story, finding=story.finding, typed=typed
    )


@bp.get("/findings/<finding_id>/steps/<step>")
def form(mall: str, finding_id: str, step: str) -> ResponseReturnValue:
    """The form of one step, for the row of a list."""
    story = _story(_visible(finding_id))
    if step not in story.offers:
        abort(404)
    return _form_in_row(story, story.blank(step))


def _form_in_row(story: Story, typed: StepForm) -> str:
    return render_template(
        "findings/_form_in_row.html", story=story, finding=story.finding, typed=typed
    )


@bp.post("/findings/<finding_id>/steps")
def step(mall: str, finding_id: str) -> ResponseReturnValue:
    """Take a step; a refused one comes back with all that was typed and sent."""
    viewer = queries.viewer_of(g.membership)
    finding = queries.find_visible(g.mall.id, finding_id, viewer)
    typed = forms.read(request.form, finding.category if finding else "")
    if finding is None:
        return render_template("findings/not_there.html", typed=typed), 404
    if typed.step not in OFFERED:
        abort(400)
    try:
        _keep_photos(typed)
        _take(finding_id, typed)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        typed.refusal = refusal.text
        return _refused(_story(_visible(finding_id)), typed), 422
    return _taken(finding_id, typed)


def _keep_photos(typed: StepForm) -> None:
    """Keep what was sent, before anything can be refused; nobody waits meanwhile."""
    mall_id, user_id = g.mall.id, current_user.id
    known = queries.own_photos(mall_id, user_id, typed.kept)
    typed.kept = [sha256 for sha256 in typed.kept if sha256 in known]
    db.session.rollback()
    for data in uploads.chosen(request.files.getlist("photos")):
        will_write()
        typed.kept.append(uploads.keep(mall_id, data, user_id, web.now()))
        db.session.commit()


def _take(finding_id: str, typed: StepForm) -> None:
    start_writing()
    receivers = queries.receivers(g.mall.id, web.now())
    body = forms.body_of(typed, receivers, g.mall.time_zone)
    if typed.errors:
        raise Refused("incomplete", _("Not done yet: see what is marked below."))
    finding = _visible(finding_id)
    actions.take_step(g.mall, finding, body, g.membership, web.now(), shown=typed.shown)


def _refused(story: Story, typed: StepForm) -> str:
    return _row(story, typed) if _is_in_row() else _page(story, typed)


def _is_in_row() -> bool:
    return request.headers.get("HX-Request") == "true"


def _taken(finding_id: str, typed: StepForm) -> ResponseReturnValue:
    if _is_in_row():
        return _row(_story(_visible(finding_id)), typed)
    flash(_("Done: %(step)s.", step=words.step_taken(typed.step)), "done")
    back = safe_next(request.form.get("next"))
    there = url_for("findings.show", mall=g.mall.code, finding_id=finding_id)
    return redirect(back or there)


def _row(story: Story, typed: StepForm) -> str:
    """The row of a list after a step was tried in it, with the counts above it."""
    shown = _listing()
    [one] = shown.shown([lists.row(story.finding.id)])
    return render_template(
        "findings/_changed.html", shown=shown, one=one, story=story, typed=typed
    )


@bp.get("/findings/<finding_id>/photos/<sha256>")
def photo(mall: str, finding_id: str, sha256: str) -> ResponseReturnValue:
    return _picture(finding_id, sha256, "")


@bp.get("/findings/<finding_id>/photos/<sha256>/thumb")
def thumb(mall: str, finding_id: str, sha256: str) -> ResponseReturnValue:
    return _picture(finding_id, sha256, photos.THUMB)


def _picture(finding_id: str, sha256: str, part: str) -> ResponseReturnValue:
    """A photo of a finding the reader may see, as nothing but a picture."""
    finding = _visible(finding_id)
    if not is_photo_of(finding, queries.history(finding), sha256):
        abort(404)
    return picture(g.mall.id, sha256, part)


# -- A shop ---------------------------------------------------------------------------


@bp.get("/units/<no>")
def unit(mall: str, no: str) -> ResponseReturnValue:
    """A shop's whole history: who traded there, what was found, walked and noted."""
    found = units.find(g.mall.id, no) or abort(404)
    after, error = units.read_after(request.args.get("after", ""))
    viewer = queries.viewer_of(g.membership)
    shown = ShopHistory(g.mall, found, viewer, after, web.now())
    page = render_template("findings/unit.html", shown=shown, error=error)
    return page, 400 if error else 200
