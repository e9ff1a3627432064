"""Signing in with a second factor: asked after the password, each code once."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.factors import half, queries, rules
from mallops.factors.models import RecoveryCode, SecondFactor
from mallops.people import actions as people
from tests.factors.conftest import Browser, code_at, recovery_codes_on, secret_on
from tests.support.builders import PASSWORD


def test_the_password_alone_opens_nothing(one, own):
    answer = one.sign_in("officer")
    assert answer.location == "/sign-in/code"
    assert not one.is_signed_in()
    assert one.get("/sync/session?install=" + "0" * 32).status_code == 401


def test_the_code_opens_the_page_one_wanted(one, give):
    answer = give(one, next="/me/")
    assert (answer.status_code, answer.location) == (302, "/me/")
    assert one.is_signed_in()


def test_the_code_leads_nowhere_else(one, give):
    assert give(one, next="//evil.example").location == "/"


def test_a_code_counts_once(one, browser, own, give):
    code = own.code
    assert give(one, code).status_code == 302
    assert give(browser(), code).status_code == 401
    assert give(browser(), own.next_code()).status_code == 302


def test_a_wrong_code_is_not_shown_again(one, own, give):
    answer = give(one, own.wrong_code())
    assert answer.status_code == 401
    assert "does not fit" in answer.text
    assert own.wrong_code() not in answer.text
    assert one.post("/sign-in/code", code="").status_code == 422
    assert one.post("/sign-in/code", code=own.code).status_code == 302


def test_wrong_codes_and_wrong_passwords_share_one_count(one, own):
    for _ in range(2):
        one.sign_in("officer", "wrong horse")
    one.sign_in("officer")
    codes = [one.post("/sign-in/code", code=own.wrong_code()) for _ in range(4)]
    assert [answer.status_code for answer in codes] == [401, 401, 401, 429]
    assert codes[-1].headers["Retry-After"] == "2"
    assert "Too many tries" in codes[-1].text
    assert one.sign_in("officer").status_code == 429


def test_the_right_password_buys_no_more_guesses_at_the_code(one, own):
    answers = []
    for _ in range(6):
        answers.append(one.sign_in("officer").status_code)
        answers.append(one.post("/sign-in/code", code=own.wrong_code()).status_code)
    assert answers == [302, 401] * 5 + [429] * 2


def test_a_good_code_clears_the_account(one, browser, own, give):
    for _ in range(2):
        one.sign_in("officer", "wrong horse")
    assert give(one).status_code == 302
    answers = [browser().sign_in("officer", "wrong horse") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5


@pytest.mark.parametrize("spell", [str, rules.in_groups])
def test_a_recovery_code_gets_in_once(one, browser, own, give, spell):
    code = spell(own.codes[3])
    assert give(one, code).status_code == 302
    assert "9 are left" in one.get("/me/").text
    assert give(browser(), code).status_code == 401
    assert give(browser(), own.codes[4]).status_code == 302


def test_nobody_comes_in_with_a_recovery_code_of_somebody_else(
    one, own, enrol, give, mall, make_user
):
    other = enrol(make_user(mall, "officer", username="other"))
    assert give(one, other.codes[0]).status_code == 401
    assert queries.codes_left(other.user.id) == 10


def test_the_code_page_is_for_who_gave_a_password(one, own):
    assert one.get("/sign-in/code?next=/me/").location == "/sign-in?next=/me/"
    answer = one.post("/sign-in/code", code=own.code)
    assert answer.location == "/sign-in?next="
    assert not one.is_signed_in()


@pytest.mark.parametrize("what", ["time", "password", "disabled", "key"])
def test_a_sign_in_half_done_does_not_last(one, own, app, clock, what):
    one.sign_in("officer")
    user = own.user
    if what == "time":
        clock.move(minutes=30, seconds=1)
    elif what == "password":
        people.set_password(user, "$another", clock.now)
    elif what == "disabled":
        people.disable(user, clock.now)
    db.session.commit()
    if what == "key":
        with one.client.session_transaction() as cookie:
            cookie[half.HALF] = [user.id, cookie[half.HALF][1][:-4] + "AAA="]
    answer = one.post("/sign-in/code", code=own.code)
    assert answer.location.startswith("/sign-in")
    assert not one.is_signed_in()


def test_a_half_done_sign_in_is_of_one_person(one, own, enrol, mall, make_user):
    other = enrol(make_user(mall, "officer", username="other"))
    one.sign_in("officer")
    with one.client.session_transaction() as cookie:
        cookie[half.HALF] = [other.user.id, cookie[half.HALF][1]]
    answer = one.post("/sign-in/code", code=other.code)
    assert answer.location.startswith("/sign-in?")
    assert not one.is_signed_in()


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_two_processes_with_one_code_exactly_one_opens(make_app, own, kind):
    """Each has an app of its own, as two workers of gunicorn have."""
    code = own.code if kind == "code" else own.codes[0]
    browsers = [Browser(make_app()) for _ in range(2)]
    barrier, answers = Barrier(2), []
    for browser in browsers:
        browser.sign_in("officer")

    def go(browser):
        token = browser.token()
        barrier.wait()
        answer = browser.post("/sign-in/code", code=code, csrf_token=token)
        answers.append(answer.status_code)

    threads = [Thread(target=go, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 401]
    assert sorted(browser.is_signed_in() for browser in browsers) == [False, True]


# -- What is kept


def test_the_database_holds_no_secret_and_no_code_in_clear(own):
    rows = db.session.execute(sa.select(SecondFactor.__table__)).all()
    rows += db.session.execute(sa.select(RecoveryCode.__table__)).all()
    assert len(rows) == 11
    assert own.secret not in str(rows)
    assert not [code for code in own.codes if code in str(rows)]
    hashes = db.session.scalars(sa.select(RecoveryCode.code_hash))
    assert all(one.startswith("$argon2id$") for one in hashes)


def test_a_sealed_secret_is_of_one_person(one, own, enrol, give, mall, make_user):
    other = enrol(make_user(mall, "officer", username="other"))
    row, theirs = queries.find(own.user.id), queries.find(other.user.id)
    row.sealed = theirs.sealed
    db.session.commit()
    assert give(one, other.code).status_code == 401


def test_a_change_of_keys_is_outlived_by_who_signs_in_meanwhile(
    make_app, enrol, officer, mall, make_user, app
):
    stays, late = enrol(officer), enrol(make_user(mall, username="late"))
    (old,), new = app.config["SETTINGS"].secret_keys, "b" * 16 + "0123456789abcdef"

    def comes_in(keys, who):
        one = Browser(make_app(secret_keys=keys))
        one.sign_in(who.user.username)
        return one.post("/sign-in/code", code=who.next_code()).status_code

    assert comes_in((new, old), stays) == 302
    assert comes_in((new,), stays) == 302
    assert comes_in((new,), late) == 401


def test_no_secret_and_no_code_is_logged(one, own, give, caplog, asked, make_user):
    caplog.set_level(0)
    give(one, own.wrong_code())
    give(one, own.codes[0])
    told = [own.secret, own.code, own.wrong_code(), own.codes[0]]
    make_user(asked, username="new")
    one.sign_in("new")
    secret = secret_on(one.get("/sign-in/second-factor").text)
    logged = "".join(str(record.__dict__) for record in caplog.records)
    assert "/sign-in/code" in logged
    assert not [text for text in [*told, secret] if text in logged]


# -- Where a mall asks for it


def test_who_needs_one_sets_it_up_before_anything_else(one, browser, officer, asked,
                                                       clock):  # fmt: skip
    answer = one.sign_in("officer", next="/me/")
    assert answer.location == "/sign-in/second-factor?next=/me/"
    assert not one.is_signed_in()
    page = one.get(answer.location)
    secret = secret_on(page.text)
    assert f"otpauth://totp/MallOps:officer?secret={secret}" in page.text
    assert "<svg" in page.text
    wrong = one.post("/sign-in/second-factor", code="1", next="/me/")
    assert wrong.status_code == 422
    assert secret_on(wrong.text) == secret
    code = code_at(secret, clock.now)
    done = one.post("/sign-in/second-factor", code=code, next="/me/")
    assert done.status_code == 200
    codes = recovery_codes_on(done.text)
    assert len(codes) == 10
    assert 'href="/me/"' in done.text
    assert one.is_signed_in()
    other = browser()
    assert other.sign_in("officer").location == "/sign-in/code"
    assert other.post("/sign-in/code", code=code).status_code == 401
    assert other.post("/sign-in/code", code=codes[0]).status_code == 302


def test_other_roles_sign_in_as_before(one, asked, make_user):
    user = make_user(asked, "supervisor")
    assert one.sign_in(user.username).location == "/"
    assert one.get("/sign-in/second-factor").location == "/sign-in?next="


def test_what_is_set_up_is_of_this_browser_and_lasts_half_an_hour(
    one, browser, officer, asked, clock
):
    one.sign_in("officer")
    thief = browser()
    thief.sign_in("officer")
    secrets = [secret_on(b.get("/sign-in/second-factor").text) for b in (one, thief)]
    assert secrets[0] != secrets[1]
    clock.move(minutes=31)
    answer = one.post("/sign-in/second-factor", code=code_at(secrets[0], clock.now))
    assert answer.location == "/sign-in?next="
    assert not queries.is_on(officer.id)


def test_nobody_sets_up_another_one_past_the_code(one, browser, officer, asked, clock):
    """Who opened the page before the person had set up theirs."""
    one.sign_in("officer")
    thief = browser()
    thief.sign_in("officer")
    theirs = secret_on(thief.get("/sign-in/second-factor").text)
    own = secret_on(one.get("/sign-in/second-factor").text)
    code = code_at(own, clock.now)
    assert one.post("/sign-in/second-factor", code=code).status_code == 200
    answer = thief.post("/sign-in/second-factor", code=code_at(theirs, clock.now))
    assert answer.location == "/sign-in?next="
    assert not thief.is_signed_in()


def test_who_is_signed_in_when_a_mall_begins_to_ask_works_on(one, officer, mall, phone):
    one.sign_in("officer")
    own = phone(officer)
    mall.settings = {**mall.settings, "second_factor": ["officer"]}
    db.session.commit()
    assert one.is_signed_in()
    (result,) = own.hand_in(own.note("from the basement"))
    assert result["status"] == "accepted"


def test_a_password_alone_still_opens_where_nobody_asks(one, officer):
    assert one.sign_in("officer", PASSWORD).location == "/"
