"""Pages of the inbox: one's own items, and taking note of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from mallops.db import db
from mallops.inbox import actions, queries, words
from mallops.inbox.models import InboxItem
from mallops.web import may, now

bp = Blueprint("inbox", __name__)

bp.app_template_filter("inbox_about")(words.about_words)
bp.app_template_filter("inbox_what")(words.what)
bp.app_template_filter("inbox_where")(words.where)
bp.app_template_filter("inbox_shift")(words.shift_of)


@bp.app_context_processor
def count_unread() -> dict[str, Any]:
    """For the header of desk pages; asks the database only where it is shown."""
    return {"unread_count": _unread_count}


def _unread_count() -> int | None:
    """None: the reader has no inbox here."""
    if not may("inbox.show"):
        return None
    return queries.unread_count(current_user.id, g.mall.id)


@bp.get("/")
def show(mall: str) -> ResponseReturnValue:
    before = _own(request.args["before"]) if "before" in request.args else None
    found = queries.lines(g.mall, g.membership, before)
    return render_template(
        "inbox/show.html",
        lines=found[: queries.PAGE],
        older=found[queries.PAGE - 1].item.id if len(found) > queries.PAGE else None,
        is_first=before is None,
        path_of=words.path_of,
    )


@bp.post("/<int:item_id>/acknowledgement")
def acknowledge(mall: str, item_id: int) -> ResponseReturnValue:
    item = _own(item_id)
    actions.acknowledge(item, now())
    db.session.commit()
    if "HX-Request" not in request.headers:
        return redirect(url_for("inbox.show", mall=mall))
    line = queries.find_line(g.mall, g.membership, item)
    return render_template(
        "inbox/_item.html", line=line, path_of=words.path_of, fresh=True
    )


@bp.post("/acknowledgement")
def acknowledge_all(mall: str) -> ResponseReturnValue:
    """All that the person had on screen: ``newest`` and older."""
    actions.acknowledge_until(_own(request.form["newest"]), now())
    db.session.commit()
    return redirect(url_for("inbox.show", mall=mall))


def _own(item_id: int | str) -> InboxItem:
    """An item of this person in this mall; 404 for all others."""
    text = str(item_id)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        abort(404)
    return queries.find_own(current_user.id, g.mall.id, int(text)) or abort(404)
