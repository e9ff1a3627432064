"""One's own second factor under My account: on, other codes, another phone, off."""

import json

import pytest

from mallops.db import db
from mallops.factors import queries
from mallops.people import actions as people
from mallops.privacy import exporting
from tests.factors.conftest import OWN, code_at, recovery_codes_on, secret_on
from tests.support.builders import PASSWORD

NEEDS_THEM_AGAIN = ("start", "codes", "off")


@pytest.fixture
def plain(one, officer):
    """A browser of an officer without a second factor."""
    one.sign_in("officer")
    return one


def test_anybody_turns_it_on_and_is_asked_from_then_on(plain, browser, officer, clock):
    assert "Set it up" in plain.get("/me/").text
    assert plain.post(f"{OWN}start", password=PASSWORD).location == OWN
    secret = secret_on(plain.get(OWN).text)
    assert not queries.is_on(officer.id)
    before = plain.cookie
    done = plain.post(f"{OWN}confirm", code=code_at(secret, clock.now))
    assert len(recovery_codes_on(done.text)) == 10
    assert plain.cookie != before
    assert plain.is_signed_in()
    assert "10 recovery codes are left" in plain.get(OWN).text
    assert browser().sign_in("officer").location == "/sign-in/code"


def test_recovery_codes_are_shown_once(plain, clock):
    plain.post(f"{OWN}start", password=PASSWORD)
    code = code_at(secret_on(plain.get(OWN).text), clock.now)
    codes = recovery_codes_on(plain.post(f"{OWN}confirm", code=code).text)
    again = plain.post(f"{OWN}confirm", code=code)
    assert again.location == OWN
    assert not recovery_codes_on(plain.get(OWN).text)
    assert codes[0] not in plain.get(OWN).text


def test_nothing_is_on_before_a_code_has_shown_that_it_works(plain, officer):
    plain.post(f"{OWN}start", password=PASSWORD)
    for code in ("", "1", "000000000"):
        answer = plain.post(f"{OWN}confirm", code=code)
        assert answer.status_code == 422
        assert 'value="000000000"' not in answer.text
    assert not queries.is_on(officer.id)
    assert plain.post(f"{OWN}cancel").location == OWN
    assert "Set it up" in plain.get(OWN).text


@pytest.mark.parametrize("password", ["", "wrong horse"])
def test_whoever_finds_the_browser_open_turns_nothing_on(plain, officer, password):
    assert plain.post(f"{OWN}start", password=password).status_code == 422
    assert plain.post(f"{OWN}confirm", code="123456").location == OWN
    assert not queries.is_on(officer.id)


@pytest.mark.parametrize("change", NEEDS_THEM_AGAIN)
@pytest.mark.parametrize(
    ("password", "code", "told"),
    [
        ("wrong horse", "right", "The current password is wrong."),
        (PASSWORD, "wrong", "This code does not fit"),
        (PASSWORD, "used", "This code does not fit"),
        (PASSWORD, "", "Enter the code."),
        ("", "right", "Enter your current password."),
    ],
)
def test_changing_it_takes_password_and_code(
    inside, own, officer, change, password, code, told
):
    used = own.code
    codes = {"right": own.next_code(), "wrong": own.wrong_code(), "used": used}
    given = codes.get(code, "")
    answer = inside.post(f"{OWN}{change}", password=password, code=given)
    assert answer.status_code == 422
    assert told in answer.text
    assert not given or given not in answer.text
    assert queries.is_on(officer.id)
    assert queries.find_unused(officer.id, own.codes[0])
    assert "set-up__secret" not in inside.get(OWN).text


def test_a_stolen_session_cannot_guess_the_code(inside, own):
    fields = {"password": PASSWORD, "code": own.wrong_code()}
    answers = [inside.post(f"{OWN}off", **fields) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "Too many tries" in answers[-1].text
    fields["code"] = own.next_code()  # half a minute later
    assert inside.post(f"{OWN}off", **fields).status_code == 302


def test_a_new_password_buys_no_guesses_at_the_code(inside, own):
    fields = {"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}
    answers = []
    for _ in range(5):
        code = own.wrong_code()
        answers += [
            inside.post(f"{OWN}off", password=PASSWORD, code=code).status_code,
            inside.post("/me/password", **fields).status_code,
        ]
    assert answers == [422, 302] * 4 + [422, 422]


def test_new_recovery_codes_take_the_place_of_the_old(inside, browser, own, give):
    page = inside.post(f"{OWN}codes", password=PASSWORD, code=own.next_code()).text
    codes = recovery_codes_on(page)
    assert len(codes) == 10
    assert give(browser(), own.codes[0]).status_code == 401
    assert give(browser(), codes[0]).status_code == 302


def test_a_new_phone_takes_the_place_of_the_old(inside, browser, own, give, clock):
    inside.post(f"{OWN}start", password=PASSWORD, code=own.codes[0])
    assert give(browser(), own.next_code()).status_code == 302  # nothing changed yet
    secret = secret_on(inside.get(OWN).text)
    clock.move(seconds=30)
    inside.post(f"{OWN}confirm", code=code_at(secret, clock.now))
    assert give(browser(), own.next_code()).status_code == 401
    assert give(browser(), own.codes[1]).status_code == 401
    assert give(browser(), code_at(secret, clock.now)).status_code == 302


def test_turned_off_the_password_is_enough(inside, browser, own):
    answer = inside.post(f"{OWN}off", password=PASSWORD, code=own.next_code())
    assert answer.location == OWN
    assert "password alone" in inside.get(OWN).text
    assert browser().sign_in("officer").location == "/"
    assert queries.codes_left(own.user.id) == 0


def test_where_the_mall_asks_for_it_it_stays_on(inside, own, asked):
    assert "cannot be turned off" in inside.get(OWN).text
    answer = inside.post(f"{OWN}off", password=PASSWORD, code=own.next_code())
    assert answer.status_code == 422
    assert "set it up anew instead" in answer.text
    assert queries.is_on(own.user.id)


def test_an_export_names_no_secret(own):
    text = json.dumps(exporting.data_of(own.user), default=str)
    assert "second_factors" in text
    for word in (own.secret, queries.find(own.user.id).sealed, "argon2", "sealed"):
        assert word not in text


# -- By an administrator


@pytest.fixture
def admin(browser, mall, make_user):
    admin = browser()
    admin.user = make_user(mall, "admin")
    admin.sign_in(admin.user.username)
    return admin


def reset(one, user):
    return one.post(f"/malls/demo/people/{user.id}/second-factor/reset")


def test_an_administrator_helps_who_lost_the_phone(inside, browser, own, admin, enrol):
    page = admin.get("/malls/demo/people/").text
    assert "with a second factor" in page
    assert reset(admin, own.user).location == "/malls/demo/people/"
    assert not inside.is_signed_in()
    assert browser().sign_in("officer").location == "/"
    page = admin.get("/malls/demo/people/").text
    assert "with the password alone next time" in page
    assert "with a second factor" not in page


def test_after_a_reset_one_is_set_up_anew_where_it_is_asked_for(one, own, admin, asked):
    reset(admin, own.user)
    assert one.sign_in("officer").location == "/sign-in/second-factor"


def test_an_administrator_does_not_get_around_their_own(admin, enrol):
    enrol(admin.user)
    reset(admin, admin.user)
    assert "under My account" in admin.get("/malls/demo/people/").text
    assert queries.is_on(admin.user.id)


def test_what_another_mall_counts_on_is_not_reset(own, admin, make_mall, clock):
    people.start_membership(own.user, make_mall().id, "manager", clock.now)
    db.session.commit()
    reset(admin, own.user)
    assert "also works in another mall" in admin.get("/malls/demo/people/").text
    assert queries.is_on(own.user.id)
