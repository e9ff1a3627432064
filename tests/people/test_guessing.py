"""Guessing passwords: how it is slowed, for whom, and for how long."""

from threading import Barrier, Thread

import sqlalchemy as sa

from mallops.db import db
from mallops.people import tries
from mallops.people.models import SignInFailure
from mallops.people.rules import account_key, address_key
from tests.people.conftest import HERE, Browser


def fail(browser, times, name="officer"):
    return [browser.sign_in(name, "wrong horse").status_code for _ in range(times)]


def test_guessing_is_slowed_and_says_for_how_long(browser, officer):
    one = browser()
    assert fail(one, 6) == [401] * 5 + [429]
    answer = one.sign_in("officer")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"
    assert "2 seconds" in answer.text
    assert 'value="officer"' in answer.text


def test_an_unknown_name_is_slowed_just_the_same(browser, officer):
    assert fail(browser(), 6, "nobody-here") == [401] * 5 + [429]


def test_nobody_is_locked_out_for_ever(browser, officer, clock):
    one = browser()
    token = one.token()
    for _ in range(40):
        one.sign_in("officer", "wrong horse", csrf_token=token)
        clock.move(minutes=5)
    assert one.sign_in("officer").status_code == 302


def test_trying_while_slowed_does_not_prolong_the_wait(browser, officer, clock):
    one = browser()
    fail(one, 5)
    for _ in range(3):
        clock.move(milliseconds=500)
        assert fail(one, 1) == [429]
    clock.move(milliseconds=500)
    assert one.sign_in("officer").status_code == 302


def test_a_good_sign_in_clears_the_account(browser, officer):
    one = browser()
    fail(one, 4)
    assert one.sign_in("officer").status_code == 302
    assert fail(browser(), 5) == [401] * 5


def test_a_guesser_elsewhere_does_not_keep_the_person_out(browser, officer):
    browser(address=HERE).sign_in("officer")
    assert fail(browser(address="198.51.100.1"), 6)[-1] == 429
    assert browser(address=HERE).sign_in("officer").status_code == 302


def test_one_address_cannot_try_name_after_name(browser, officer, clock):
    for n in range(31):
        assert (
            tries.take([address_key(HERE), account_key(f"name{n}")], clock.now) is None
        )
    db.session.commit()
    assert fail(browser(), 1) == [429]
    assert fail(browser(address="198.51.100.1"), 1) == [401]


def test_having_one_account_does_not_buy_guesses_at_others(browser, officer, clock):
    for n in range(31):
        tries.take([address_key(HERE), account_key(f"name{n}")], clock.now)
        own = [account_key("own"), address_key(HERE)]
        if tries.take(own, clock.now) is None:
            tries.forgive(own, clock.now)
    db.session.commit()
    assert fail(browser(), 1) == [429]


def test_the_back_off_is_shared_by_all_processes(make_app, officer):
    here, there = Browser(make_app()), Browser(make_app())
    codes = [fail(one, 1)[0] for one in (here, there, here, there, here, there)]
    assert codes == [401] * 5 + [429]


def test_tries_at_the_same_moment_are_all_counted(make_app, officer):
    app, barrier, codes = make_app(), Barrier(8), []

    def guess():
        one = Browser(app)
        token = one.token()
        barrier.wait()
        answer = one.sign_in("officer", "wrong horse", csrf_token=token)
        codes.append(answer.status_code)

    threads = [Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [401] * 5 + [429] * 3


def test_old_counts_are_swept(browser, officer, clock):
    fail(browser(), 3, "nobody-here")
    clock.move(days=2)
    browser().sign_in("officer")
    kept = db.session.scalars(sa.select(SignInFailure)).all()
    assert all(row.last_at == clock.now for row in kept)
