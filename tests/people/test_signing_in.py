"""Signing in and out in a browser: who gets in, for how long, and who is slowed."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from mallops.db import db
from mallops.people import passwords
from mallops.people.models import User, UserSession
from tests.people.conftest import Browser
from tests.support.builders import PASSWORD


def test_the_right_password_opens_the_floor(browser, officer):
    answer = browser().sign_in("officer")
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("officer", "/floor/"),
        ("team", "/floor/"),
        ("supervisor", "/malls/demo/log/"),
        ("manager", "/malls/demo/log/"),
        ("auditor", "/malls/demo/log/"),
        ("admin", "/me/"),
    ],
)
def test_everybody_starts_where_their_work_is(browser, mall, make_user, role, home):
    one = browser()
    one.sign_in(make_user(mall, role).username)
    assert one.get("/").location == home


def test_a_stranger_starts_at_the_door(browser):
    assert browser().get("/").location == "/sign-in"


def test_a_wrong_password_keeps_the_name_and_not_the_password(browser, officer):
    answer = browser().sign_in("officer", "wrong horse battery")
    assert answer.status_code == 401
    assert "User name and password do not match." in answer.text
    assert 'value="officer"' in answer.text
    assert "wrong horse" not in answer.text


def test_the_answer_does_not_tell_which_names_exist(browser, officer):
    def answer(name):
        text = browser().sign_in(name, "wrong horse battery").text
        return re.sub(r'value="[^"]*"|\{"X-CSRFToken[^}]*\}', "", text)

    assert answer("officer") == answer("nobody-here") == answer("a\0b")


def test_an_unknown_name_is_hashed_all_the_same(browser, monkeypatch, app):
    verified = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda *given: verified.append(1) or verify(*given)
    )
    browser().sign_in("nobody-here")
    assert verified == [1]


def test_no_lock_is_held_while_hashing(browser, officer, monkeypatch):
    states = []
    verify = PasswordHasher.verify

    def look(*given):
        states.append(db.session().in_transaction())
        return verify(*given)

    monkeypatch.setattr(PasswordHasher, "verify", look)
    browser().sign_in("officer")
    assert states == [False]


@pytest.mark.parametrize("fields", [{}, {"username": "officer"}, {"password": "x"}])
def test_half_a_form_is_asked_for_again(browser, officer, fields):
    assert browser().post("/sign-in", **fields).status_code == 422


@pytest.mark.parametrize("username", ["Officer", " officer ", "OFFICER"])
def test_phones_capitalise_names(browser, officer, username):
    assert browser().sign_in(username).status_code == 302


def test_passwords_count_whole_and_in_one_spelling(browser, mall, make_user):
    long = "Grüße " + "x7" * 61
    make_user(mall, username="long", password=long)
    assert browser().sign_in("long", long[:-1]).status_code == 401
    assert browser().sign_in("long", long.replace("ü", "u\u0308")).status_code == 302


def test_an_old_hash_is_renewed_at_sign_in(browser, officer, monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher())
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    officer.password_hash = weak.hash(PASSWORD)
    db.session.commit()
    assert browser().sign_in("officer").status_code == 302
    db.session.refresh(officer)
    assert officer.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert browser().sign_in("officer").status_code == 302


# -- Where to go next


def test_sign_in_leads_back_to_where_one_wanted_to_go(browser, officer):
    one = browser()
    asked = one.get("/me/")
    assert asked.location == "/sign-in?next=/me/"
    assert 'name="next" value="/me/"' in one.get(asked.location).text
    assert one.sign_in("officer", next="/me/").location == "/me/"


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "/%2fevil"]
)
def test_sign_in_leads_nowhere_else(browser, officer, target):
    one = browser()
    page = one.get("/sign-in", query_string={"next": target}).text
    assert '<input type="hidden" name="next" value="">' in page
    assert one.sign_in("officer", next=target).location == "/"
    assert one.get("/sign-in", query_string={"next": target}).location == "/"


# -- The session


def test_each_sign_in_is_a_new_session_and_a_new_form_token(browser, officer):
    one = browser()
    before = one.token()
    one.sign_in("officer")
    first = one.cookie
    assert one.post("/me/preferences", csrf_token=before).status_code == 400
    one.sign_in("officer")
    assert one.cookie != first
    one.client.set_cookie("mallops", first)
    assert not one.is_signed_in()


def test_the_database_holds_no_secret_of_a_session(browser, officer):
    one = browser()
    one.sign_in("officer")
    with one.client.session_transaction() as cookie:
        token = cookie["token"]
    kept = db.session.scalars(sa.select(UserSession.token_sha256)).one()
    assert len(token) >= 43
    assert token not in kept


def test_a_copied_cookie_is_worthless_after_signing_out(browser, officer):
    one, thief = browser(), browser()
    one.sign_in("officer")
    thief.client.set_cookie("mallops", one.cookie)
    assert thief.is_signed_in()
    answer = one.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not one.is_signed_in()
    assert not thief.is_signed_in()


@pytest.mark.parametrize("value", ["", "x", "eyJ0b2tlbiI6IngifQ.aaaa.bbbb"])
def test_a_made_up_cookie_is_nobody(browser, officer, value):
    one = browser()
    one.client.set_cookie("mallops", value)
    assert not one.is_signed_in()


def test_a_foreign_remember_cookie_changes_nothing(browser, officer):
    one = browser()
    one.sign_in("officer")
    one.client.set_cookie("remember_token", f"{officer.id}|aaaa")
    assert one.is_signed_in()
    assert "Set-Cookie" not in one.get("/floor/").headers


def test_a_disabled_person_is_out_at_once(browser, officer, clock):
    one = browser()
    one.sign_in("officer")
    officer.disabled_at = clock.now
    db.session.commit()
    assert not one.is_signed_in()
    assert one.sign_in("officer").status_code == 401


def test_a_session_ends_when_it_is_not_used(browser, officer, clock):
    one = browser()
    one.sign_in("officer")
    for _ in range(3):
        clock.move(hours=15, minutes=59)
        assert one.is_signed_in()
    clock.move(hours=16)
    assert not one.is_signed_in()


def test_a_session_ends_after_a_week_however_much_it_is_used(browser, officer, clock):
    one = browser()
    one.sign_in("officer")
    for _ in range(14):
        clock.move(hours=11, minutes=59)
        assert one.is_signed_in()
    clock.move(minutes=15)
    assert not one.is_signed_in()


def test_use_is_noted_at_most_once_a_minute(browser, officer, clock):
    one = browser()
    one.sign_in("officer")
    seen = sa.select(UserSession.last_seen_at)
    start = clock.now
    clock.move(seconds=59)
    one.get("/me/")
    assert db.session.scalars(seen).one() == start
    db.session.commit()
    clock.move(seconds=1)
    one.get("/me/")
    assert db.session.scalars(seen).one() == start + timedelta(minutes=1)


def test_a_page_opens_although_the_database_is_busy(browser, officer, clock, app):
    one = browser()
    one.sign_in("officer")
    clock.move(minutes=2)
    engine = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as other:
        other.execute(sa.text("UPDATE user_sessions SET address = 'held'"))
        assert one.is_signed_in()
    engine.dispose()


# -- Cookies, forms, keys


def test_the_cookie_is_for_this_site_alone(browser, officer):
    cookie = browser().sign_in("officer").headers["Set-Cookie"]
    assert cookie.startswith("mallops=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(make_app):
    origin = "https://mall.example"
    answer = make_app(origin=origin).test_client().get("/sign-in", base_url=origin)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mallops=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize("token", ["", "x"])
@pytest.mark.parametrize("path", ["/sign-in", "/language"])
def test_no_form_without_its_token(browser, officer, path, token):
    fields = {"username": "officer", "password": PASSWORD, "language": "en"}
    answer = browser().post(path, csrf_token=token, **fields)
    assert answer.status_code == 400


def test_a_page_open_for_too_long_keeps_the_name(browser, officer):
    answer = browser().sign_in("officer", csrf_token="old")
    assert "open for too long" in answer.text
    assert 'value="officer"' in answer.text
    assert PASSWORD not in answer.text


def test_a_rotated_key_keeps_people_signed_in(make_app, officer):
    old, new = "a" * 32, "b" * 32
    before = Browser(make_app(secret_keys=(old,)))
    between = Browser(make_app(secret_keys=(new, old)))
    after = Browser(make_app(secret_keys=(new,)))

    before.sign_in("officer")
    between.client.set_cookie("mallops", before.cookie)
    after.client.set_cookie("mallops", before.cookie)
    assert between.is_signed_in()
    assert not after.is_signed_in()

    between.sign_in("officer")
    after.client.set_cookie("mallops", between.cookie)
    before.client.set_cookie("mallops", between.cookie)
    assert after.is_signed_in()
    assert not before.is_signed_in()


def test_reading_changes_nothing(browser, officer):
    one = browser()
    one.sign_in("officer")
    rows = [sa.select(sa.func.count()).select_from(t) for t in (User, UserSession)]
    before = [db.session.scalar(row) for row in rows]
    for path in ("/", "/sign-in", "/me/", "/sign-in?next=/me/"):
        one.get(path)
    assert [db.session.scalar(row) for row in rows] == before
    for path in ("/sign-out", "/language", "/me/password", "/me/sessions/1/end"):
        assert one.get(path).status_code == 405
