"""Pages of the second factor: at sign-in, on one's own account, reset by an admin."""

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
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from mallops import qr
from mallops.db import db
from mallops.errors import Refused
from mallops.factors import actions, half, queries, rules
from mallops.factors.forms import BothAgainForm, CodeForm, PasswordAgainForm
from mallops.people import passwords, sessions
from mallops.people import queries as people
from mallops.people.actions import TooManyTries
from mallops.people.models import User
from mallops.web import now

bp = Blueprint("factors", __name__)
AgainForm = PasswordAgainForm | BothAgainForm

# -- At sign-in ------------------------------------------------------------------------


@bp.route("/sign-in/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """What is asked for after the right password of who has a second factor."""
    user = half.person(now())
    if user is None or not queries.is_on(user.id):
        return redirect(url_for("people.sign_in", next=sessions.next_given()))
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form), 422 if form.is_submitted() else 200
    try:
        _sign_in(user, form.code.data or "")
    except Refused as refusal:
        return _code_page(form, refusal.text), *_answer_to(refusal, 401)
    return redirect(sessions.next_page())


def _sign_in(user: User, typed: str) -> None:
    given = actions.begin(user, typed, request.remote_addr or "", now())
    db.session.commit()  # the try counts from here, and the slow hash locks nobody out
    user = actions.finish(given, given.fits_recovery(), now())
    sessions.open_in_browser(user, now())
    if rules.is_recovery(given.code):
        _tell_how_many_are_left(user)
    db.session.commit()


def _tell_how_many_are_left(user: User) -> None:
    count = queries.codes_left(user.id)
    told = ngettext(
        "That recovery code is used up. %(num)s is left.",
        "That recovery code is used up. %(num)s are left.",
        count,
    )
    flash(told, "late")


def _code_page(form: CodeForm, problem: str = "") -> str:
    db.session.rollback()
    return render_template(
        "factors/code.html", form=form, problem=problem, next=sessions.next_given()
    )


def _answer_to(refusal: Refused, status: int) -> tuple[int, dict[str, str]]:
    if isinstance(refusal, TooManyTries):
        return 429, {"Retry-After": str(refusal.seconds)}
    return status, {}


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Set up before anything else: a mall asks for it of this person's role."""
    user = half.person(now())
    secret = half.offered(user.id, now()) if user else None
    if not user or not secret or queries.missing(user, now()) != "enrolment":
        return redirect(url_for("people.sign_in", next=sessions.next_given()))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _set_up(user, secret, form, sessions.next_page())
        except Refused as refusal:
            return _enrol_page(user, secret, form, refusal.text), 422
    return _enrol_page(user, secret, form), 422 if form.is_submitted() else 200


def _enrol_page(user: User, secret: str, form: CodeForm, problem: str = "") -> str:
    return render_template(
        "factors/enrol.html",
        form=form,
        problem=problem,
        next=sessions.next_given(),
        offered=_offered(user, secret),
    )


def _offered(user: User, secret: str) -> dict[str, object]:
    address = rules.address_of(secret, user.username)
    return {
        "address": address,
        "drawing": qr.drawing(address),
        "secret": rules.in_groups(secret),
        "username": user.username,
    }


def _set_up(user: User, secret: str, form: CodeForm, onward: str) -> str:
    """On from now on; the recovery codes, shown this once."""
    step = actions.step_to_confirm(secret, form.code.data or "", now())
    user_id, codes = user.id, rules.new_recovery_codes()
    db.session.rollback()  # no transaction is open while hashing
    hashes = actions.hashed(codes)
    actions.turn_on(user_id, secret, step, hashes, now())
    sessions.open_in_browser(db.session.get_one(User, user_id), now())
    db.session.commit()
    return _codes_page(codes, onward)


def _codes_page(codes: list[str], onward: str) -> str:
    codes = [rules.in_groups(one) for one in codes]
    return render_template("factors/recovery_codes.html", codes=codes, onward=onward)


# -- On one's own account --------------------------------------------------------------


@bp.get("/me/second-factor/")
def show() -> ResponseReturnValue:
    secret = half.offered(current_user.id, now())
    return _set_up_page(secret, CodeForm()) if secret else _own_page()


def _set_up_page(secret: str, form: CodeForm, problem: str = "") -> str:
    return render_template(
        "factors/set_up.html",
        form=form,
        problem=problem,
        offered=_offered(current_user, secret),
    )


def _own_page(form: AgainForm | None = None, problem: str = "") -> str:
    factor = queries.find(current_user.id)
    return render_template(
        "factors/show.html",
        factor=factor,
        codes_left=queries.codes_left(current_user.id),
        is_required=queries.is_required(current_user, now()),
        form=form or (BothAgainForm if factor else PasswordAgainForm)(formdata=None),
        problem=problem,
    )


def _once_more_themselves(then: Callable[[User], str | None]) -> ResponseReturnValue:
    """After password and code again; back to the account where ``then`` shows nothing.

    Raises nothing: what was wrong is said on the page.
    """
    form = BothAgainForm() if queries.is_on(current_user.id) else PasswordAgainForm()
    if not form.validate_on_submit():
        return _own_page(form), 422
    try:
        shown = then(_themselves(current_user, form))
    except Refused as refusal:
        db.session.rollback()
        wrong = _("The current password is wrong.")
        text = wrong if refusal.code == "wrong_sign_in" else refusal.text
        return _own_page(form, text), *_answer_to(refusal, 422)
    db.session.commit()
    return shown or redirect(url_for("factors.show"))


def _themselves(person: User, form: AgainForm) -> User:
    code = form.code.data if isinstance(form, BothAgainForm) else ""
    given = actions.begin(person, code or "", request.remote_addr or "", now())
    db.session.commit()  # as for signing in: no lock while hashing
    check = passwords.check_password(
        given.attempt.password_hash, form.password.data or ""
    )
    return actions.reauthenticate(given, check, given.fits_recovery(), now())


@bp.post("/me/second-factor/start")
def start() -> ResponseReturnValue:
    """Show a secret to set up; nothing changes until it is confirmed."""
    return _once_more_themselves(lambda user: half.offer(user.id, now()))


@bp.post("/me/second-factor/confirm")
def confirm() -> ResponseReturnValue:
    secret = half.offered(current_user.id, now())
    if secret is None:
        return redirect(url_for("factors.show"))
    form = CodeForm()
    if not form.validate_on_submit():
        return _set_up_page(secret, form), 422
    try:
        return _set_up(current_user, secret, form, url_for("people.me"))
    except Refused as refusal:
        return _set_up_page(secret, form, refusal.text), 422


@bp.post("/me/second-factor/cancel")
def cancel() -> ResponseReturnValue:
    """Not now: what was shown to be set up is forgotten."""
    half.take_back()
    return redirect(url_for("factors.show"))


@bp.post("/me/second-factor/codes")
def renew_codes() -> ResponseReturnValue:
    """Ten new recovery codes in place of the old ones."""

    def renew(user: User) -> str | None:
        user_id, codes = user.id, rules.new_recovery_codes()
        if not queries.is_on(user_id):
            return None
        db.session.commit()  # the code is spent; no transaction is open while hashing
        actions.replace_codes(user_id, actions.hashed(codes))
        return _codes_page(codes, url_for("people.me"))

    return _once_more_themselves(renew)


@bp.post("/me/second-factor/off")
def turn_off() -> ResponseReturnValue:
    def off(user: User) -> None:
        actions.turn_off(user, now())
        flash(_("Your password alone signs you in again."), "done")

    return _once_more_themselves(off)


# -- By an administrator ---------------------------------------------------------------


@bp.post("/malls/<mall>/people/<int:user_id>/second-factor/reset")
def reset(mall: str, user_id: int) -> ResponseReturnValue:
    user = people.find_member(g.mall.id, user_id, now()) or abort(404)
    try:
        actions.reset_member(user, g.mall.id, current_user, now())
    except Refused as refusal:
        flash(refusal.text, "wrong")
    else:
        db.session.commit()
        text = _("%(name)s signs in with the password alone next time.", name=user.name)
        flash(text, "done")
    return redirect(url_for("people.roster", mall=g.mall.code))
