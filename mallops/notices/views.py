"""Addresses of notices and penalties: lists, drafts, one with its steps, the paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

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
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mallops import web
from mallops.daylog import queries as daylog
from mallops.db import db, will_write
from mallops.errors import Refused
from mallops.findings import queries as findings
from mallops.findings import uploads
from mallops.findings.models import Finding
from mallops.notices import actions, pages, queries, words
from mallops.notices.forms import (
    DecisionForm,
    DeliveryForm,
    IssueForm,
    ProposalForm,
    ReplyForm,
    WithdrawalForm,
    tidy,
)
from mallops.notices.models import Notice, Penalty
from mallops.places.models import Tenant

bp = Blueprint("notices", __name__)


@bp.url_value_preprocessor
def _room_for_photos(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A delivery may carry photos; the form is read before any view runs."""
    if endpoint == "notices.deliver":
        request.max_content_length = uploads.MOST_BYTES


@bp.context_processor
def _helpers() -> dict[str, object]:
    return {
        "title_of": pages.title_of,
        "state_of": pages.state_of,
        "is_overdue": pages.is_overdue,
        "money_of": pages.money_of,
        "currency": _currency,
        "says": words,
    }


def _currency() -> str:
    return words.currency_of(g.mall.time_zone, g.mall.settings)


@bp.get("/notices/")
def index(mall: str) -> ResponseReturnValue:
    listed = pages.List(g.mall, request.args)
    page = render_template("notices/index.html", listed=listed)
    return page, 400 if listed.errors else 200


# -- A draft ------------------------------------------------------------------------


@bp.get("/notices/new/<finding_id>")
def new(mall: str, finding_id: str) -> ResponseReturnValue:
    finding, tenant = _found(finding_id)
    return _new_page(finding, tenant, pages.draft_form(g.mall, finding, tenant))


@bp.post("/notices/new/<finding_id>")
def issue(mall: str, finding_id: str) -> ResponseReturnValue:
    finding, tenant = _found(finding_id)
    form = IssueForm()
    if not form.validate():
        return _new_page(finding, tenant, form), 422
    try:
        notice_id = actions.issue(
            g.mall, finding, pages.draft_of(g.mall, form), g.membership, web.now()
        )
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _new_page(finding, tenant, form, refusal.text), 422
    flash(_("Issued. It waits on the phones to be delivered."), "done")
    return redirect(url_for("notices.show", mall=mall, notice_id=notice_id))


def _found(finding_id: str) -> tuple[Finding, Tenant | None]:
    """A finding at a unit of this mall, and who held the unit that day."""
    finding = findings.find(g.mall.id, finding_id)
    if finding is None or finding.unit_id is None:
        abort(404)
    spot = (finding.unit_id, finding.business_day)
    return finding, queries.tenants_of([spot]).get(spot)


def _new_page(
    finding: Finding, tenant: Tenant | None, form: IssueForm, problem: str = ""
) -> str:
    return render_template(
        "notices/new.html",
        finding=finding,
        tenant=tenant,
        form=form,
        problem=problem,
        **pages.around_draft(g.mall, finding),
    )


# -- One notice ---------------------------------------------------------------------


@bp.get("/notices/<uuid:notice_id>")
def show(mall: str, notice_id: UUID) -> ResponseReturnValue:
    return _notice_page(_notice(notice_id))


@bp.get("/notices/<uuid:notice_id>/print")
def printed(mall: str, notice_id: UUID) -> ResponseReturnValue:
    """The paper, in the tenant's language; only its buttons are in the reader's."""
    notice = _notice(notice_id)
    reader, buttons = web.current_language(), (_("Print"), _("Back"))
    g.language = notice.language
    with force_locale(web.LOCALES[notice.language]):
        return render_template(
            "notices/print.html",
            shown=pages.shown(g.mall, notice),
            zone=ZoneInfo(g.mall.time_zone),
            reader=reader,
            buttons=buttons,
        )


@bp.post("/notices/<uuid:notice_id>/deliveries")
def deliver(mall: str, notice_id: UUID) -> ResponseReturnValue:
    """Noted at the desk: the signed paper comes along as a photo."""
    form = DeliveryForm()
    try:
        photos = _keep_photos() if form.validate() else []
    except Refused as refusal:
        db.session.rollback()
        return _notice_page(_notice(notice_id), "deliver", form, refusal.text), 422
    return _take(notice_id, "deliver", form, partial(actions.deliver, photos=photos))


def _keep_photos() -> list[str]:
    """Keep what was sent before anything is locked; their names."""
    db.session.rollback()
    kept = []
    for data in uploads.chosen(request.files.getlist("photos")):
        will_write()
        kept.append(uploads.keep(g.mall.id, data, g.membership.user_id, web.now()))
        db.session.commit()
    return kept


@bp.post("/notices/<uuid:notice_id>/replies")
def reply(mall: str, notice_id: UUID) -> ResponseReturnValue:
    return _take(notice_id, "reply", ReplyForm(), actions.reply)


@bp.post("/notices/<uuid:notice_id>/withdrawal")
def withdraw(mall: str, notice_id: UUID) -> ResponseReturnValue:
    return _take(notice_id, "withdraw", WithdrawalForm(), actions.withdraw)


def _take(
    notice_id: UUID, name: str, form: Any, action: Callable[..., None]
) -> ResponseReturnValue:
    """Take a step with a notice, or show it again with what was typed."""
    notice = _notice(notice_id)
    if not form.validate():
        return _notice_page(notice, name, form), 422
    try:
        action(g.mall, notice, form.said(), g.membership, web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _notice_page(notice, name, form, refusal.text), 422
    return redirect(url_for("notices.show", mall=g.mall.code, notice_id=notice_id))


def _notice(notice_id: UUID) -> Notice:
    return queries.find(g.mall.id, notice_id) or abort(404)


def _notice_page(
    notice: Notice, tried: str = "", form: FlaskForm | None = None, problem: str = ""
) -> str:
    forms = pages.step_forms(notice) | ({tried: form} if form else {})
    return render_template(
        "notices/show.html",
        shown=pages.shown(g.mall, notice),
        forms=forms,
        tried=tried,
        problem=problem,
        is_issuer=notice.issued_by_id == g.membership.user_id,
    )


# -- Penalties ----------------------------------------------------------------------


@bp.get("/penalties/")
def penalties(mall: str) -> ResponseReturnValue:
    listed = pages.Penalties(g.mall, request.args)
    page = render_template("notices/penalties.html", listed=listed)
    return page, 400 if listed.errors else 200


@bp.get("/penalties/new")
def new_penalty(mall: str) -> ResponseReturnValue:
    form = ProposalForm(formdata=None, unit=request.args.get("unit", ""))
    return render_template("notices/propose.html", form=form, problem="")


@bp.post("/penalties/new")
def propose(mall: str) -> ResponseReturnValue:
    """For a unit; one that is not there is told beside its field."""
    form, problem = ProposalForm(), ""
    unit = queries.find_unit(g.mall.id, form.unit.data or "")
    is_valid = form.validate()
    if unit is None:
        form.unit.errors = [_("There is no unit with this number here.")]
    elif is_valid:
        try:
            return _propose({"unit": unit.no}, form)
        except Refused as refusal:
            db.session.rollback()
            problem = refusal.text
    return render_template("notices/propose.html", form=form, problem=problem), 422


@bp.post("/notices/<uuid:notice_id>/penalties")
def propose_for(mall: str, notice_id: UUID) -> ResponseReturnValue:
    notice = _notice(notice_id)
    form = ProposalForm()
    if not form.validate():
        return _notice_page(notice, "propose", form), 422
    try:
        return _propose({"notice": str(notice_id)}, form)
    except Refused as refusal:
        db.session.rollback()
        return _notice_page(notice, "propose", form, refusal.text), 422


def _propose(about: dict[str, str], form: ProposalForm) -> ResponseReturnValue:
    """Record a proposal and show it.

    Raises:
        Refused("bad_amount"): what stands as the amount is none.
    """
    body = {**about, **form.said(_currency())}
    penalty_id = actions.propose(g.mall, body, g.membership, web.now())
    db.session.commit()
    flash(_("Proposed. A manager decides on it."), "done")
    address = url_for("notices.penalty", mall=g.mall.code, penalty_id=penalty_id)
    return redirect(address)


@bp.get("/penalties/<uuid:penalty_id>")
def penalty(mall: str, penalty_id: UUID) -> ResponseReturnValue:
    return _penalty_page(_penalty(penalty_id), DecisionForm(formdata=None))


@bp.post("/penalties/<uuid:penalty_id>/decision")
def decide(mall: str, penalty_id: UUID) -> ResponseReturnValue:
    proposal, form = _penalty(penalty_id), DecisionForm()
    if not form.validate():
        return _penalty_page(proposal, form), 422
    verdict, text = form.verdict.data, tidy(form.reason.data)
    try:
        actions.decide(g.mall, proposal, verdict, text, g.membership, web.now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _penalty_page(proposal, form, refusal.text), 422
    return redirect(url_for("notices.penalty", mall=mall, penalty_id=penalty_id))


def _penalty(penalty_id: UUID) -> Penalty:
    return queries.find_penalty(g.mall.id, penalty_id) or abort(404)


def _penalty_page(penalty: Penalty, form: DecisionForm, problem: str = "") -> str:
    return render_template(
        "notices/penalty.html",
        penalty=penalty,
        tenant=pages.names_of_tenants([penalty]).get(penalty.id),
        photos=daylog.photos(g.mall, penalty.photos),
        form=form,
        problem=problem,
        is_proposer=penalty.proposed_by_id == g.membership.user_id,
    )
