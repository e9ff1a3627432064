"""Which rounds a plan makes, and how one stands at each moment: no database."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.rounds.rules import (
    SHIFT,
    Walk,
    day_in,
    is_late,
    round_id,
    starts_of,
    state_of,
)

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
FIVE = time(5, 0)
SATURDAY = date(2026, 11, 21)


@dataclass
class Plan:
    """Opening of two zones at 09:00: 45 minutes, 10 tolerance, 15 grace."""

    code: str = "opening"
    checklist: str = "opening"
    places: list = field(default_factory=lambda: ["L1-A", "L1-B"])
    starts: list = field(default_factory=lambda: ["09:00"])
    weekdays: list = field(default_factory=lambda: list(range(7)))
    role: str | None = "officer"
    team: str | None = None
    duration_minutes: int = 45
    tolerance_minutes: int = 10
    grace_minutes: int = 15
    valid_from: date = date(2026, 1, 1)
    valid_to: date | None = None


def rounds(day=SATURDAY, zone=SHANGHAI, starts_at=FIVE, **given):
    return [
        start.round_at(place, id_)
        for start in starts_of(Plan(**given), day, zone, starts_at)
        for place, id_ in start.ids().items()
    ]


def only(**given):
    (round_,) = rounds(places=["L1-A"], **given)
    return round_


def clock(moment, zone=SHANGHAI):
    return moment.astimezone(ZoneInfo(zone)).strftime("%d %H:%M")


# -- Windows


def test_a_window_opens_before_the_start_and_closes_after_the_end():
    window = only()
    moments = ("opens_at", "starts_at", "late_after", "due_at", "closes_at")
    assert [clock(getattr(window, name)) for name in moments] == [
        "21 08:50", "21 09:00", "21 09:10", "21 09:45", "21 10:00"
    ]  # fmt: skip


def test_each_place_and_each_start_is_a_round():
    found = rounds(starts=["09:00", "14:00"])
    assert [round_.id for round_ in found] == [
        "opening.L1-A.20261121.0900", "opening.L1-B.20261121.0900",
        "opening.L1-A.20261121.1400", "opening.L1-B.20261121.1400",
    ]  # fmt: skip


def test_a_start_after_midnight_belongs_to_the_day_that_ends():
    night = only(starts=["00:30"])
    assert night.day == SATURDAY
    assert clock(night.starts_at) == "22 00:30"


def test_the_first_hour_of_the_day_belongs_to_the_day():
    assert clock(only(starts=["05:00"]).starts_at) == "21 05:00"
    assert clock(only(starts=["04:59"]).starts_at) == "22 04:59"


def test_a_mall_whose_day_starts_at_midnight():
    assert clock(only(starts=["00:30"], starts_at=time(0)).starts_at) == "21 00:30"


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [([5], [21]), ([6], [22]), ([0, 1, 2, 3, 4], [16, 17, 18, 19, 20]), ([], [])],
)
def test_a_plan_is_walked_on_its_weekdays(weekdays, days):
    week = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]
    walked = [day.day for day in week if rounds(day, weekdays=weekdays)]
    assert walked == days


def test_the_night_of_a_saturday_is_walked_though_it_is_sunday_by_then():
    assert clock(only(weekdays=[5], starts=["00:30"]).starts_at) == "22 00:30"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "walked"),
    [
        (SATURDAY, None, True),
        (SATURDAY + timedelta(days=1), None, False),
        (date(2026, 1, 1), SATURDAY, True),
        (date(2026, 1, 1), SATURDAY - timedelta(days=1), False),
        (SATURDAY, SATURDAY, True),
    ],
)
def test_a_plan_is_walked_from_its_first_day_through_its_last(
    valid_from, valid_to, walked
):
    assert bool(rounds(valid_from=valid_from, valid_to=valid_to)) is walked


# -- Summer time in Berlin: 29 March 2026 and 25 October 2026


def test_in_spring_the_hour_that_is_skipped_comes_later():
    day = date(2026, 3, 28)  # its night is the short one
    skipped = only(day=day, zone=BERLIN, starts=["02:30"])
    assert clock(skipped.starts_at, BERLIN) == "29 03:30"
    assert skipped.starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_in_autumn_the_hour_that_comes_twice_is_walked_once():
    day = date(2026, 10, 24)
    twice = only(day=day, zone=BERLIN, starts=["02:30"])
    assert twice.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_a_window_over_the_change_lasts_as_long_as_any(day):
    night = only(day=day, zone=BERLIN, starts=["01:50"], duration_minutes=120)
    assert night.due_at - night.starts_at == timedelta(hours=2)
    assert night.closes_at - night.opens_at == timedelta(minutes=145)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_after_the_change_the_clock_on_the_wall_counts(day):
    assert clock(only(day=day, zone=BERLIN).starts_at, BERLIN)[3:] == "09:00"


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.times(), st.sampled_from(
    [SHANGHAI, BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
))  # fmt: skip
def test_a_round_is_in_order_and_within_its_day(day, start, zone):
    round_ = only(
        day=day, zone=zone, starts=[f"{start:%H:%M}"], valid_from=date(2000, 1, 1)
    )
    moments = (round_.opens_at, round_.starts_at, round_.late_after, round_.due_at)
    assert list(moments) == sorted(moments)
    assert round_.due_at <= round_.closes_at
    began = datetime.combine(day, FIVE, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert began <= round_.starts_at < began + timedelta(hours=26)


# -- Ids


def test_an_id_names_its_day():
    assert day_in(only().id) == SATURDAY
    assert round_id("noon", "L1-A", SATURDAY, "12:00") == "noon.L1-A.20261121.1200"
    assert only().id == round_id("opening", "L1-A", SATURDAY, "09:00")


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "a.b.20261121", "a.b.20261121.0900.x", "a.b.20261332.0900",
        "a.b.00000000.0900", "a.b.2026112.0900", "a.b.-2026112.0900", "a.b..0900",
        "a.b.2026-1-1.0900", "\0", "." * 99,
    ],
)  # fmt: skip
def test_rubbish_names_no_day(text):
    assert day_in(text) is None


@given(st.text())
def test_no_text_breaks_reading_an_id(text):
    assert day_in(text) is None or isinstance(day_in(text), date)


@given(
    st.dates(date(2000, 1, 1)),
    st.times(),
    st.sampled_from(["L1-A", "EXT", "B1-WC2", "L4-250"]),
)
def test_every_id_that_is_made_is_understood(day, start, place):
    assert day_in(round_id("patrol", place, day, f"{start:%H:%M}")) == day


# -- How a round stands


def at(text):
    """A moment of the Saturday on Shanghai's clock."""
    hours, minutes, *seconds = (int(part) for part in text.split(":"))
    day = datetime(2026, 11, 21, tzinfo=ZoneInfo(SHANGHAI))
    span = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return (day + span).astimezone(UTC)


def walk(started, finished):
    return Walk(at(started), at(finished))


@pytest.mark.parametrize(
    ("started", "finished", "late"),
    [
        ("08:00", "08:30", False), ("09:00", "09:45", False),
        ("09:10", "10:00", False), ("09:10:01", "09:30", True),
        ("09:00", "10:00:01", True), ("11:00", "11:30", True),
    ],
)  # fmt: skip
def test_late_is_a_late_start_or_a_late_end(started, finished, late):
    assert is_late(only(), walk(started, finished)) is late


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("06:00", "due"), ("08:50", "due"), ("09:10", "due"), ("09:10:01", "late"),
        ("10:00", "late"), ("10:00:01", "missed"), ("23:00", "missed"),
    ],
)  # fmt: skip
def test_a_round_nobody_walked(now, state):
    assert state_of(only(), None, [at("08:50")], at(now)) == state


@pytest.mark.parametrize("now", ["06:00", "09:30", "12:00", "30:00"])
def test_a_round_that_was_walked_in_time_is_done_whenever_it_is_heard_of(now):
    """Even the next day, and even when its phone was silent all the time."""
    late = is_late(only(), walk("09:00", "09:40"))
    assert state_of(only(), late, [], at(now)) == "done"
    assert state_of(only(), late, [at("12:00")], at(now)) == "done"


def test_a_round_that_was_walked_late_stays_late():
    late = is_late(only(), walk("12:00", "12:30"))
    assert state_of(only(), late, [], at("13:00")) == "late"


@pytest.mark.parametrize(
    ("contacts", "state"),
    [
        ([], "unknown"),
        (["08:49:59"], "unknown"),
        (["08:50"], "missed"),
        (["12:00"], "missed"),
        (["12:00", "08:00"], "unknown"),
        (["12:00", "08:50"], "missed"),
    ],
)
def test_missed_is_said_only_when_every_phone_on_duty_was_heard_of(contacts, state):
    moments = [at(contact) for contact in contacts]
    assert state_of(only(), None, moments, at("12:30")) == state


def test_a_phone_that_was_silent_for_a_shift_is_not_on_duty():
    long_ago = only().opens_at - SHIFT - timedelta(seconds=1)
    assert state_of(only(), None, [long_ago, at("12:00")], at("12:30")) == "missed"
    assert state_of(only(), None, [long_ago], at("12:30")) == "unknown"
    just_so = only().opens_at - SHIFT
    assert state_of(only(), None, [just_so, at("12:00")], at("12:30")) == "unknown"


moments = st.integers(0, 48 * 60).map(lambda m: at("00:00") + timedelta(minutes=m))


@given(st.lists(moments, max_size=4), moments)
def test_before_its_end_a_round_is_never_missed(contacts, now):
    state = state_of(only(), None, contacts, now)
    assert state in {"due", "late", "missed", "unknown"}
    assert (state in {"missed", "unknown"}) is (now > only().closes_at)


@given(st.lists(moments, max_size=4), moments, moments, st.integers(0, 90))
def test_a_walk_decides_whoever_is_silent(contacts, now, started, minutes):
    late = is_late(only(), Walk(started, started + timedelta(minutes=minutes)))
    assert state_of(only(), late, contacts, now) == ("late" if late else "done")
