"""Addresses of findings: the list, one with its follow-up, a shop's history."""

from __future__ import annotations

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from mallops.findings import queries, words
from mallops.findings.models import Finding

bp = Blueprint("findings", __name__)

for _name, _filter in {
    "finding_category": words.category,
    "finding_severity": words.severity,
    "finding_state": words.state,
    "finding_step": words.step_taken,
    "finding_waiting_for": words.waiting_for,
}.items():
    bp.app_template_filter(_name)(_filter)


@bp.get("/findings/<finding_id>")
def show(mall: str, finding_id: str) -> ResponseReturnValue:
    return render_template("findings/show.html", finding=_visible(finding_id))


def _visible(finding_id: str) -> Finding:
    """The finding, if this reader may see it; 404 for all others."""
    viewer = queries.viewer_of(g.membership)
    return queries.find_visible(g.mall.id, finding_id, viewer) or abort(404)
