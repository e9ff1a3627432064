"""How far a door was from its hour, in words that people say."""

import pytest
from flask_babel import force_locale

from mallops.doors.said import minutes
from mallops.doors.words import state_told, time_off

H, MIN = 60, 1


@pytest.fixture(params=["en", "zh_Hans", "zh_Hant"])
def locale(request, app):
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def test_from_two_hours_on_there_are_hours(locale):
    short, long, even = {
        "en": ("119 min", "13 h 4 min", "2 h"),
        "zh_Hans": ("119 分钟", "13 小时 4 分钟", "2 小时"),
        "zh_Hant": ("119 分鐘", "13 小時 4 分鐘", "2 小時"),
    }[locale]
    assert (time_off(119), time_off(784), time_off(120)) == (short, long, even)


@pytest.mark.parametrize(
    ("state", "least", "most", "told"),
    [
        ("late", 1, 1, "late, 1 minute"),
        ("late", 20, 30, "late, between 20 and 30 minutes"),
        ("late", 85, 150, "late, between 85 minutes and 2 h 30 min"),
        ("late", None, 20, "late, at most 20 minutes"),
        ("early", 784, None, "closed early, at least 13 h 4 min"),
        ("open", None, 1, "open, first seen so 1 minute after its hour"),
        ("closed", None, 125, "closed, first seen so 2 h 5 min after its hour"),
        ("not_seen", None, None, "not seen yet"),
    ],
)
def test_a_state_is_told_with_how_far_it_was(app, state, least, most, told):
    with app.test_request_context():
        assert state_told(state, least, most) == told


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (784, None, "≥ 13 h 4 min"),
        (20, 40, "20–40 min"),
        (85, 150, "85 min – 2 h 30 min"),
        (121, 150, "2 h 1 min – 2 h 30 min"),
        (None, 130, "at most 2 h 10 min"),
        (None, None, ""),
    ],
)
def test_a_tile_says_it_shorter(app, least, most, told):
    with app.test_request_context():
        assert minutes(least, most) == told
