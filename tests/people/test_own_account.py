"""One's own page: sessions, phones, language, appearance, password."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.people import phones
from mallops.people.models import Install, UserSession
from tests.support.builders import PASSWORD

NEW = "umbrella under escalator"


@pytest.fixture
def other(mall, make_user):
    return make_user(mall, "officer", username="other")


@pytest.fixture
def one(browser, officer):
    one = browser()
    one.sign_in("officer")
    return one


def session_ids(user):
    rows = sa.select(UserSession.id).where(UserSession.user_id == user.id)
    return list(db.session.scalars(rows.order_by(UserSession.id)))


def test_one_sees_where_one_is_signed_in(one, browser, officer, other):
    browser(address="198.51.100.1").sign_in("officer")
    browser(address="192.0.2.99").sign_in("other")
    page = one.get("/me/").text
    assert page.count('id="session-') == 2
    assert page.count("This browser") == 1
    assert "198.51.100.1" in page
    assert "192.0.2.99" not in page


def test_one_ends_a_session_elsewhere(one, browser, officer):
    elsewhere = browser()
    elsewhere.sign_in("officer")
    one.post(f"/me/sessions/{session_ids(officer)[1]}/end")
    assert not elsewhere.is_signed_in()
    assert one.is_signed_in()


def test_one_ends_all_other_sessions(one, browser, officer, other):
    elsewhere, somebody = browser(), browser()
    elsewhere.sign_in("officer")
    somebody.sign_in("other")
    one.post("/me/sessions/end-others")
    assert not elsewhere.is_signed_in()
    assert one.is_signed_in()
    assert somebody.is_signed_in()


def test_nobody_ends_somebody_elses_session(one, browser, other):
    somebody = browser()
    somebody.sign_in("other")
    assert one.post(f"/me/sessions/{session_ids(other)[0]}/end").status_code == 404
    assert somebody.is_signed_in()


@pytest.fixture
def make_phone(app, clock):
    def make(user):
        install_id = uuid4()
        phones.note_contact(install_id, user.id, "Android; Chrome", clock.now)
        db.session.commit()
        return install_id

    return make


def owner_of(install_id):
    return db.session.get(Install, install_id).user_id


def test_one_releases_ones_own_phone(one, officer, make_phone):
    phone = make_phone(officer)
    assert "Chrome on Android" in one.get("/me/").text
    one.post(f"/me/phones/{phone}/release")
    assert owner_of(phone) is None


def test_nobody_releases_somebody_elses_phone(one, other, make_phone):
    phone = make_phone(other)
    assert one.post(f"/me/phones/{phone}/release").status_code == 404
    one.post("/sign-out", install=str(phone))
    assert owner_of(phone) == other.id


def test_one_reports_ones_own_phone_lost(one, officer, other, make_phone):
    mine, theirs = make_phone(officer), make_phone(other)
    assert "I have lost this phone" in one.get("/me/").text
    assert one.post(f"/me/phones/{theirs}/lost").status_code == 404
    answer = one.post(f"/me/phones/{mine}/lost")
    assert answer.location == "/me/"
    assert "That phone is signed out." in one.get("/me/").text
    assert (owner_of(mine), owner_of(theirs)) == (None, other.id)
    assert db.session.get(Install, mine).times_lost == 1


def test_nobody_signs_out_the_phone_in_hand_as_lost(one, officer, make_phone):
    phone = make_phone(officer)
    one.get(f"/sync/session?install={phone}")
    assert "I have lost this phone" not in one.get("/me/").text


@pytest.mark.parametrize("install", ["", "x", "01936b7e-0000-7000-8000-000000000001"])
def test_signing_out_needs_no_phone(one, install):
    assert one.post("/sign-out", install=install).location == "/sign-in"


def test_a_phone_is_nobodys_after_signing_out_on_it(one, officer, make_phone):
    here, elsewhere = make_phone(officer), make_phone(officer)
    one.post("/sign-out", install=str(here))
    assert (owner_of(here), owner_of(elsewhere)) == (None, officer.id)


# -- Language and appearance


def test_a_stranger_chooses_a_language_and_keeps_it(browser):
    stranger = browser()
    answer = stranger.post("/language", language="zh-Hant", next="/sign-in?next=/me/")
    assert answer.location == "/sign-in?next=/me/"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("mallops_language=zh-Hant; ")
    assert {"Max-Age=31536000", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert '<html lang="zh-Hant"' in stranger.get("/sign-in").text


def test_a_persons_language_follows_them(one, browser, officer):
    one.post("/language", language="zh-Hans", next="/me/")
    elsewhere = browser()
    elsewhere.sign_in("officer")
    assert '<html lang="zh-Hans"' in elsewhere.get("/me/").text


@pytest.mark.parametrize("language", ["", "de", "zh", "en\r\nX: y"])
def test_only_our_languages(browser, language):
    assert browser().post("/language", language=language).status_code == 400


def test_the_choice_of_language_leads_nowhere_else(browser):
    answer = browser().post("/language", language="en", next="//evil.example")
    assert answer.location == "/"


def test_preferences_are_kept(one, officer):
    one.post("/me/preferences", language="zh-Hans", theme="dark")
    page = one.get("/me/").text
    assert '<html lang="zh-Hans" data-theme="dark"' in page


@pytest.mark.parametrize(
    "fields", [{"theme": "pink", "language": "en"}, {"theme": "dark"}, {}]
)
def test_unknown_preferences_are_refused(one, officer, fields):
    assert one.post("/me/preferences", **fields).status_code == 400
    db.session.refresh(officer)
    assert officer.theme == "auto"


def test_a_form_sets_only_its_own_fields(one, officer):
    one.post(
        "/me/preferences",
        language="en",
        theme="light",
        username="admin",
        name="Boss",
        id="99",
        password_hash="x",
        disabled_at="2026-01-01",
    )
    before = (officer.id, "officer", officer.name, None)
    db.session.refresh(officer)
    assert (officer.id, officer.username, officer.name, officer.disabled_at) == before


# -- Password


def change(one, current=PASSWORD, new=NEW, again=None):
    return one.post("/me/password", current=current, new=new, again=again or new)


def test_a_new_password_counts_from_now_on(one, browser, officer):
    elsewhere = browser()
    elsewhere.sign_in("officer")
    cookie = one.cookie
    assert change(one).location == "/me/"
    assert one.is_signed_in()
    assert one.cookie != cookie
    assert not elsewhere.is_signed_in()
    assert elsewhere.sign_in("officer").status_code == 401
    assert elsewhere.sign_in("officer", NEW).status_code == 302


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"current": "wrong horse"}, "The current password is wrong."),
        ({"current": ""}, "Enter your current password."),
        ({"new": "short"}, "at least 8 characters"),
        ({"new": "password1"}, "among the first"),
        ({"new": "officer 2026"}, "among the first"),
        ({"new": "Mall demo 7"}, "mostly the name"),
        ({"new": "x7" * 65}, "at most 128"),
        ({"again": "umbrella"}, "differ"),
    ],
)
def test_a_bad_change_is_refused_with_the_reason(one, browser, fields, told):
    answer = change(one, **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert one.is_signed_in()
    assert browser().sign_in("officer").status_code == 302


def test_a_stolen_session_cannot_guess_the_password(one):
    for _ in range(5):
        change(one, current="wrong horse")
    assert "Too many tries" in change(one).text


def test_typed_passwords_do_not_come_back(one):
    page = change(one, current="wrong horse", new="lanterns in the rain").text
    assert "wrong horse" not in page
    assert "lanterns" not in page


# -- E-mail


def test_one_sets_and_removes_the_address_messages_go_to(one, officer):
    assert one.post("/me/email", email=" lin@mall.example").status_code == 302
    db.session.refresh(officer)
    assert officer.email == "lin@mall.example"
    assert 'value="lin@mall.example"' in one.get("/me/").text
    one.post("/me/email", email="")
    db.session.refresh(officer)
    assert officer.email is None


@pytest.mark.parametrize(
    "typed", ["lin", "lin@", "a@b@c", "lin@mall.example\r\nBcc: x@y", "a" * 2000]
)
def test_what_is_no_address_comes_back_to_be_mended(one, officer, typed):
    response = one.post("/me/email", email=typed)
    assert response.status_code == 422
    assert "name@mall.example" in response.text
    assert typed[:3] in response.text
    db.session.refresh(officer)
    assert officer.email is None


def test_one_is_told_when_the_server_sends_no_e_mail(one):
    assert "sends no e-mail yet" in one.get("/me/").text
