"""Pages of people: sign-in, one's own account, and the roster of a mall."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from mallops.db import db
from mallops.errors import Refused
from mallops.factors import half
from mallops.factors import queries as factors
from mallops.people import actions, passwords, phones, queries, rules, sessions
from mallops.people.forms import (
    EmailForm,
    PasswordForm,
    PreferencesForm,
    SignInForm,
)
from mallops.people.models import LANGUAGES, User
from mallops.web import current_language, now

bp = Blueprint("people", __name__)
bp.record_once(sessions.set_up)

LANGUAGE_COOKIE = "mallops_language"
ON_THE_FLOOR = frozenset({"officer", "team"})


@bp.get("/")
def home() -> ResponseReturnValue:
    """Where the day's work is: the floor app, or the log at the desk."""
    if not current_user.is_authenticated:
        return redirect(url_for("people.sign_in"))
    membership = queries.current_membership(current_user, now())
    if membership is None or membership.role == "admin":
        return redirect(url_for("people.me"))
    if membership.role in ON_THE_FLOOR:
        return redirect(url_for("floor.shell"))
    return redirect(url_for("daylog.today", mall=queries.mall_of(membership).code))


# -- Signing in and out -----------------------------------------------------------


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(sessions.next_page())
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form), 422 if form.is_submitted() else 200
    try:
        onward = _sign_in(form.username.data or "", form.password.data or "")
    except actions.TooManyTries as refusal:
        page = _sign_in_page(form, refusal.text)
        return page, 429, {"Retry-After": str(refusal.seconds)}
    except Refused as refusal:
        return _sign_in_page(form, refusal.text), 401
    return redirect(onward)


def _sign_in(username: str, password: str) -> str:
    """Where to go on: what was asked for, or what is missing to get in."""
    attempt = actions.begin_sign_in(username, request.remote_addr or "", now())
    db.session.commit()  # the try counts from here, and the slow hash locks nobody out
    check = passwords.check_password(attempt.password_hash, password)
    user = actions.finish_sign_in(attempt, check, now())
    if factors.missing(user, now()):
        onward = url_for(half.begin(user, now()), next=sessions.next_given() or None)
    else:
        sessions.open_in_browser(user, now())
        onward = sessions.next_page()
    db.session.commit()
    return onward


def _sign_in_page(form: SignInForm, problem: str = "") -> str:
    db.session.rollback()
    return render_template(
        "people/sign_in.html",
        form=form,
        problem=problem,
        next=sessions.next_given(),
    )


@bp.errorhandler(CSRFError)
def page_too_old(error: CSRFError) -> ResponseReturnValue:
    """A form opened before the cookie was lost: keep the name, ask once more."""
    if request.endpoint == "people.sign_in":
        text = _("This page was open for too long. Please try again.")
        return _sign_in_page(SignInForm(), text), 400
    return render_template("error.html", error=error), 400


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session; a phone says which it is and is nobody's from then on."""
    install_id = _uuid(request.form.get("install", ""))
    if install_id:
        phones.release(install_id, current_user.id)
    actions.end_session(g.user_session, now())
    db.session.commit()
    session.clear()
    response = redirect(url_for("people.sign_in"))
    # "storage" would delete work that is still waiting on the phone.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@bp.post("/language")
def language() -> ResponseReturnValue:
    """For anybody, so that the sign-in page can be read."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        actions.choose_language(current_user, chosen)
        db.session.commit()
    return _remember_language(redirect(sessions.next_page()), chosen)


def _remember_language(response: Response, chosen: str) -> Response:
    response.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=timedelta(days=365),
        secure=current_app.config["SETTINGS"].https,
        httponly=True,
        samesite="Lax",
    )
    return response


# -- One's own account --------------------------------------------------------------


@bp.get("/me/")
def me() -> ResponseReturnValue:
    return _me_page()


def _me_page(
    form: PasswordForm | None = None,
    problem: str = "",
    email: EmailForm | None = None,
) -> str:
    user, moment = current_user, now()
    membership = queries.current_membership(user, now())
    if membership is not None:
        g.membership, g.mall = membership, queries.mall_of(membership)
    return render_template(
        "people/me.html",
        memberships=[
            (m, queries.mall_of(m)) for m in queries.memberships_of(user, moment)
        ],
        sessions=queries.sessions_of(user, sessions.limits(), moment),
        this_session=g.user_session,
        phones=queries.phones_of(user),
        ago=_ago,
        preferences=PreferencesForm(
            formdata=None, language=current_language(), theme=user.theme
        ),
        form=form or PasswordForm(formdata=None),
        problem=problem,
        email=email or EmailForm(formdata=None, email=user.email),
        sends_email=current_app.config["SETTINGS"].smtp is not None,
        second_factor=factors.find(user.id),
    )


@bp.app_template_filter()
def device_name(user_agent: str) -> str:
    """Browser and system as people call them."""
    browser, system = rules.device_of(user_agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Unknown browser"))


def _ago(moment: datetime) -> str:
    """As "5 minutes ago"; never in the future, whatever the clocks say."""
    passed = max(now() - moment, timedelta(seconds=1))
    return str(format_timedelta(-passed, add_direction=True))


@bp.post("/me/preferences")
def preferences() -> ResponseReturnValue:
    form = PreferencesForm()
    if not form.validate_on_submit():
        abort(400)
    actions.choose_language(current_user, form.language.data)
    actions.choose_theme(current_user, form.theme.data)
    db.session.commit()
    return _remember_language(redirect(url_for("people.me")), form.language.data)


@bp.post("/me/email")
def email() -> ResponseReturnValue:
    form = EmailForm()
    form.validate_on_submit()
    try:
        actions.set_email(current_user, form.email.data or "")
    except Refused as refusal:
        db.session.rollback()
        form.email.errors = [refusal.text]
        return _me_page(email=form), 422
    db.session.commit()
    flash(_("Saved."), "done")
    return redirect(url_for("people.me"))


@bp.post("/me/password")
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _me_page(form), 422
    try:
        _change_password(current_user, form.current.data or "", form.new.data or "")
    except Refused as refusal:
        db.session.rollback()
        wrong = _("The current password is wrong.")
        text = wrong if refusal.code == "wrong_sign_in" else refusal.text
        return _me_page(form, text), 422
    flash(_("Your password is changed. Other browsers were signed out."), "done")
    return redirect(url_for("people.me"))


def _change_password(person: User, current: str, new: str) -> None:
    actions.check_new_password(new, *queries.words_about(person, now()))
    attempt = actions.begin_sign_in(person.username, request.remote_addr or "", now())
    db.session.commit()  # as for signing in: no lock while hashing
    check = passwords.check_password(attempt.password_hash, current)
    new_hash = passwords.hash_password(new) if check.fits else ""
    user = actions.finish_sign_in(attempt, check, now())
    actions.set_password(user, new_hash, now())
    sessions.open_in_browser(user, now())
    db.session.commit()


@bp.post("/me/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    found = queries.find_own_session(current_user, session_id) or abort(404)
    actions.end_session(found, now())
    db.session.commit()
    return redirect(url_for("people.me"))


@bp.post("/me/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    actions.end_all_sessions(current_user, now(), "signed_out", but=g.user_session)
    db.session.commit()
    flash(_("All other browsers are signed out."), "done")
    return redirect(url_for("people.me"))


@bp.post("/me/phones/<uuid:install_id>/release")
def release_phone(install_id: UUID) -> ResponseReturnValue:
    phone = queries.find_own_phone(current_user, install_id) or abort(404)
    phones.release(phone.id, current_user.id)
    db.session.commit()
    return redirect(url_for("people.me"))


@bp.post("/me/phones/<uuid:install_id>/lost")
def lose_phone(install_id: UUID) -> ResponseReturnValue:
    phone = queries.find_own_phone(current_user, install_id) or abort(404)
    phones.lose(phone, current_user, now())
    db.session.commit()
    flash(
        _("That phone is signed out. What it still sends waits for a supervisor."),
        "done",
    )
    return redirect(url_for("people.me"))


# -- The people of a mall -------------------------------------------------------------


@bp.get("/malls/<mall>/people/")
def roster(mall: str) -> ResponseReturnValue:
    members = queries.roster(g.mall.id, now())
    return render_template(
        "people/roster.html",
        members=members,
        with_second_factor=factors.ids_with([one.user.id for one in members]),
        ago=_ago,
    )


@bp.post("/malls/<mall>/people/<int:user_id>/disable")
def disable(mall: str, user_id: int) -> ResponseReturnValue:
    user = _member(user_id)
    try:
        actions.disable_member(user, g.mall.id, current_user, now())
    except Refused as refusal:
        return _back_to_roster(refusal.text, "wrong")
    db.session.commit()
    return _back_to_roster(_("%(name)s is disabled and signed out.", name=user.name))


@bp.post("/malls/<mall>/people/<int:user_id>/enable")
def enable(mall: str, user_id: int) -> ResponseReturnValue:
    user = _member(user_id)
    actions.enable(user)
    db.session.commit()
    return _back_to_roster(_("%(name)s may sign in again.", name=user.name))


@bp.post("/malls/<mall>/people/<int:user_id>/sign-out")
def sign_out_everywhere(mall: str, user_id: int) -> ResponseReturnValue:
    user = _member(user_id)
    actions.end_all_sessions(user, now(), "by_admin")
    db.session.commit()
    return _back_to_roster(_("%(name)s is signed out everywhere.", name=user.name))


@bp.post("/malls/<mall>/people/<int:user_id>/phones/<uuid:install_id>/lost")
def lose_phone_of(mall: str, user_id: int, install_id: UUID) -> ResponseReturnValue:
    user = _member(user_id)
    phone = queries.find_own_phone(user, install_id) or abort(404)
    phones.lose(phone, user, now())
    db.session.commit()
    flash(_("The phone of %(name)s is signed out.", name=user.name), "done")
    return redirect(url_for("daylog.phones", mall=g.mall.code))


@bp.post("/malls/<mall>/people/<int:user_id>/leave")
def end_membership(mall: str, user_id: int) -> ResponseReturnValue:
    user = _member(user_id)
    membership = queries.find_membership(user, g.mall.id, now()) or abort(404)
    try:
        actions.end_membership(membership, current_user, now())
    except Refused as refusal:
        return _back_to_roster(refusal.text, "wrong")
    db.session.commit()
    return _back_to_roster(_("%(name)s no longer works here.", name=user.name))


def _member(user_id: int) -> User:
    return queries.find_member(g.mall.id, user_id, now()) or abort(404)


def _back_to_roster(news: str, tone: str = "done") -> ResponseReturnValue:
    flash(news, tone)
    return redirect(url_for("people.roster", mall=g.mall.code))
