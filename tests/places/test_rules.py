"""The mall's clock over midnight, the day's start and daylight saving."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.places.rules import (
    TRADE_CATEGORIES,
    business_day,
    clock,
    day_bounds,
    hours_on,
    moment_on,
    plan_times,
)

FIVE = time(5)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
LORD_HOWE, SHANGHAI = "Australia/Lord_Howe", "Asia/Shanghai"

zones = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, SHANGHAI])
starts = st.sampled_from([time(0), time(4, 30), FIVE, time(6)])
moments = st.integers(946_684_800, 2_145_916_800).map(  # the years 2000 to 2037
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
days = st.dates(date(2000, 1, 1), date(2037, 12, 31))
clock_times = st.times().map(lambda at: f"{at:%H:%M}")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(moments, zones, starts)
def test_a_moment_lies_within_its_business_day(moment, zone, start):
    begins, ends = day_bounds(business_day(moment, zone, start), zone, start)
    assert begins <= moment < ends


@given(days, zones, starts)
def test_a_day_begins_where_the_one_before_ends(day, zone, start):
    begins, ends = day_bounds(day, zone, start)
    assert ends == day_bounds(day + timedelta(days=1), zone, start)[0]
    assert timedelta(hours=23) <= ends - begins <= timedelta(hours=25)
    assert business_day(begins, zone, start) == day
    assert business_day(ends - timedelta(microseconds=1), zone, start) == day


@given(days, clock_times, zones, starts)
def test_a_clock_time_lies_within_the_day_it_was_asked_for(day, text, zone, start):
    moment = moment_on(day, text, zone, start)
    assert moment.utcoffset() == timedelta()
    assert business_day(moment, zone, start) == day


@given(days, clock_times, zones, starts)
def test_the_clock_shows_the_time_unless_it_was_skipped(day, text, zone, start):
    shown = moment_on(day, text, zone, start).astimezone(ZoneInfo(zone))
    late_by = datetime.combine(day, shown.time()) - datetime.combine(day, clock(text))
    assert late_by in (timedelta(), timedelta(minutes=30), timedelta(hours=1))


@given(days, zones, starts)
def test_a_day_starts_when_the_clock_shows_its_start(day, zone, start):
    text = f"{start:%H:%M}"
    assert moment_on(day, text, zone, start) == day_bounds(day, zone, start)[0]


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-11-21T04:59:59+08:00", date(2026, 11, 20)),
        ("2026-11-21T05:00:00+08:00", date(2026, 11, 21)),
        ("2026-11-21T23:59:59+08:00", date(2026, 11, 21)),
        ("2026-11-22T00:30:00+08:00", date(2026, 11, 21)),
    ],
)
def test_the_half_past_midnight_lock_up_belongs_to_the_evening_before(local, day):
    assert business_day(datetime.fromisoformat(local), SHANGHAI, FIVE) == day


@pytest.mark.parametrize(
    ("zone", "day", "text", "moment"),
    [
        (SHANGHAI, date(2026, 11, 21), "05:00", "2026-11-20T21:00"),
        (SHANGHAI, date(2026, 11, 21), "03:00", "2026-11-21T19:00"),
        (BERLIN, date(2026, 3, 28), "02:30", "2026-03-29T01:30"),  # skipped: 03:30
        (BERLIN, date(2026, 10, 24), "02:30", "2026-10-25T00:30"),  # the first of two
        (NEW_YORK, date(2026, 3, 7), "02:30", "2026-03-08T07:30"),
        (NEW_YORK, date(2026, 10, 31), "01:30", "2026-11-01T05:30"),
        (LORD_HOWE, date(2026, 10, 3), "02:15", "2026-10-03T15:45"),  # shows 02:45
        (LORD_HOWE, date(2026, 4, 4), "01:45", "2026-04-04T14:45"),
    ],
)
def test_night_rounds_over_a_clock_change(zone, day, text, moment):
    assert moment_on(day, text, zone, FIVE) == utc(moment)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 28), 23),
        (BERLIN, date(2026, 10, 24), 25),
        (LORD_HOWE, date(2026, 10, 3), 23.5),
        (LORD_HOWE, date(2026, 4, 4), 24.5),
        (SHANGHAI, date(2026, 3, 28), 24),
    ],
)
def test_the_night_of_the_change_makes_its_day_shorter_or_longer(zone, day, hours):
    begins, ends = day_bounds(day, zone, FIVE)
    assert ends - begins == timedelta(hours=hours)


def test_a_day_that_starts_in_a_repeated_hour_starts_once():
    start = time(2, 30)
    begins = day_bounds(date(2026, 10, 25), BERLIN, start)[0]
    assert business_day(begins, BERLIN, start) == date(2026, 10, 25)
    an_hour_later = begins + timedelta(minutes=40)  # the clock shows 02:10 again
    assert business_day(an_hour_later, BERLIN, start) == date(2026, 10, 25)


@pytest.mark.parametrize(
    "text", ["", "9:00", "24:00", "12:60", "12:00:00", "ab:cd", " 9:00", "+9:00"]
)
def test_what_is_no_clock_time_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        clock(text)


@dataclass
class Row:
    weekday: int
    opens_at: time
    closes_at: time


def test_trading_hours_go_by_weekday():
    rows = [Row(0, time(10), time(22)), Row(5, time(11), time(1))]
    monday = date(2026, 11, 23)
    assert hours_on(monday, rows) == (time(10), time(22))
    assert hours_on(monday + timedelta(days=5), rows) == (time(11), time(1))
    assert hours_on(monday + timedelta(days=1), rows) is None


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2026, 1, 15), "18:00"),
        (date(2026, 3, 31), "18:00"),
        (date(2026, 4, 1), "19:00"),
        (date(2026, 9, 30), "19:00"),
        (date(2026, 10, 1), "18:00"),
    ],
)
def test_landscape_lighting_goes_on_by_season(day, at):
    seasons = [{"from": "04-01", "at": "19:00"}, {"from": "10-01", "at": "18:00"}]
    settings = {"plan_times": {"on": seasons, "off": "22:30"}}
    assert plan_times(settings, day) == {"on": at, "off": "22:30"}


def test_a_mall_without_switching_times_has_none():
    assert plan_times({}, date(2026, 1, 1)) == {}


def test_trade_categories_are_named_in_all_languages():
    for words in TRADE_CATEGORIES.values():
        assert set(words) == {"en", "zh-Hans", "zh-Hant"}
        assert all(words.values())
