"""What a phone says of the work on it: kept, shown, and never trusted."""

from datetime import timedelta

import pytest

from mallops.db import db
from mallops.people.models import Install


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall))


def tell(own, said):
    return own.get(f"/sync/session?install={own.install}{said}")


def kept(own):
    install = db.session.get(Install, own.install, populate_existing=True)
    return install.highest_seq, install.waiting, install.waiting_since


def test_the_last_word_counts(own, clock):
    assert kept(own) == (0, 0, None)
    tell(own, "&seq=7&waiting=3&oldest_s=90")
    assert kept(own) == (7, 3, clock.now - timedelta(seconds=90))
    tell(own, "&seq=8&waiting=0&oldest_s=0")
    assert kept(own) == (8, 0, None)


def test_a_phone_of_before_says_nothing_and_changes_nothing(own, clock):
    tell(own, "&seq=7&waiting=3&oldest_s=90")
    assert tell(own, "").status_code == 200
    assert kept(own)[:2] == (7, 3)


@pytest.mark.parametrize(
    "said",
    [
        "&seq=7",
        "&seq=7&waiting=x&oldest_s=1",
        "&seq=7.5&waiting=1&oldest_s=1",
        "&seq=99999999999&waiting=1&oldest_s=1",
        "&seq=1&waiting=99999999&oldest_s=1",
        "&seq=1&waiting=1&oldest_s=9999999999999",
        "&seq=%00&waiting=%D9%A3&oldest_s=1",
    ],
)
def test_rubbish_is_passed_over_and_the_phone_gets_its_binding(own, said):
    answer = tell(own, said)
    assert answer.json["binding"]
    assert kept(own) == (0, 0, None)


def test_a_clock_that_is_off_makes_no_impossible_age(own, clock):
    tell(own, "&seq=1&waiting=1&oldest_s=-500")
    assert kept(own) == (1, 1, clock.now)
    tell(own, "&seq=1&waiting=1&oldest_s=99999999999")
    assert kept(own) == (1, 1, clock.now - timedelta(days=400))
