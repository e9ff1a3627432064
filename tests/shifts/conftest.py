"""What the tests of shifts share: the three shifts of operations, and their day."""

from datetime import date

import pytest

from tests.support.builders import make_duty, make_pattern

TODAY = date(2026, 11, 21)  # a Saturday; the clock shows 10:00


@pytest.fixture
def patterns(mall):
    return {code: make_pattern(mall, code) for code in ("early", "late", "night")}


@pytest.fixture
def rostered(patterns, clock):
    """``rostered("early", user)``: puts somebody on a shift of today."""

    def rostered(code, user, day=TODAY, **given):
        return make_duty(patterns[code], day, user, clock.now, **given)

    return rostered
