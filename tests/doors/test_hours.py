"""Which hours a shop keeps on a day: its own, a holiday's, what was approved."""

from datetime import date, time

import pytest

from mallops.doors.hours import Change, on_day

DAY = date(2026, 11, 21)  # a Saturday
USUAL = (time(10), time(22))


def change(rank="mall", opens=None, closes=None, closed=False, **given):
    span = {"first_day": DAY, "last_day": DAY, **given}
    return Change(
        closed=closed,
        opens_at=time(opens) if opens else None,
        closes_at=time(closes) if closes else None,
        rank=rank,
        **span,
    )


def test_without_an_exception_the_usual_hours_hold():
    assert on_day(USUAL, [], DAY) == USUAL
    assert on_day(None, [], DAY) is None


def test_an_exception_changes_only_the_side_it_names():
    assert on_day(USUAL, [change(opens=11)], DAY) == (time(11), time(22))
    assert on_day(USUAL, [change(closes=18)], DAY) == (time(10), time(18))


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 22)])
def test_it_holds_on_its_own_days_only(day):
    assert on_day(USUAL, [change(closed=True)], day) == USUAL


def test_a_season_may_be_of_some_weekdays_only():
    longer = change(closes=23, last_day=date(2026, 12, 31), weekdays=frozenset({4, 5}))
    assert on_day(USUAL, [longer], DAY) == (time(10), time(23))
    assert on_day(USUAL, [longer], date(2026, 11, 22)) == USUAL


@pytest.mark.parametrize("order", [1, -1])
def test_the_nearer_to_the_shop_the_later_it_counts(order):
    changes = [
        change("approved", opens=13),
        change("tenant", opens=12),
        change("mall", opens=11),
    ]
    assert on_day(USUAL, changes[::order], DAY) == (time(13), time(22))
    assert on_day(USUAL, changes[1:][::order], DAY) == (time(12), time(22))


def test_other_hours_of_the_mall_do_not_touch_a_tenants_own_hours():
    assert on_day(USUAL, [change(opens=8)], DAY, is_own=True) == USUAL


def test_nobody_need_open_while_the_mall_is_closed():
    assert on_day(USUAL, [change(closed=True)], DAY, is_own=True) is None


def test_a_shop_may_be_told_to_open_on_a_closed_day():
    opened = change("tenant", opens=11, closes=16)
    assert on_day(None, [opened], DAY) == (time(11), time(16))
    assert on_day(None, [change("tenant", opens=11)], DAY) is None
