"""Which shifts a day has, which runs, which follows, who is there: no database."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mallops.places.rules import business_day
from mallops.shifts import rules
from mallops.shifts.rules import Duty, Person

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
FIVE = time(5, 0)
SATURDAY = date(2026, 11, 21)
DAY = timedelta(days=1)


@dataclass
class Pattern:
    """The early shift of operations, 08:30 to 15:30, every day."""

    code: str = "early"
    starts_at: time = time(8, 30)
    ends_at: time = time(15, 30)
    team: str | None = None
    weekdays: list = field(default_factory=lambda: list(range(7)))
    first_day: date = date(2026, 1, 1)
    last_day: date | None = None
    id: int = 1
    name: dict = field(default_factory=lambda: {"en": "Early shift"})


EARLY = Pattern()
LATE = Pattern("late", time(15, 30), time(23))
NIGHT = Pattern("night", time(23), time(8, 30))
GUARDS = Pattern("night", time(20), time(8), team="security")
OPERATIONS = [NIGHT, LATE, EARLY]


def on(*patterns, day=SATURDAY, zone=SHANGHAI):
    return rules.shifts_of_day(patterns, day, zone, FIVE)


def at(clock, day=SATURDAY, zone=SHANGHAI):
    local = datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def running(clock, *patterns, team=None, day=SATURDAY, zone=SHANGHAI):
    shift = rules.shift_at(patterns, team, at(clock, day, zone), zone, FIVE)
    return shift and shift.id


def times(shift, zone=SHANGHAI):
    ends = shift.starts_at, shift.ends_at
    return [moment.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") for moment in ends]


def test_operations_come_first_then_each_team_in_the_order_of_the_day():
    assert [shift.id for shift in on(GUARDS, *OPERATIONS)] == [
        "early.20261121",
        "late.20261121",
        "night.20261121",
        "security-night.20261121",
    ]


def test_a_night_belongs_to_the_day_it_starts_on():
    [night] = on(NIGHT)
    assert times(night) == ["21 23:00", "22 08:30"]
    assert night.day == SATURDAY


def test_a_shift_after_midnight_belongs_to_the_evening_before():
    [lock_up] = on(Pattern("lock-up", time(0, 30), time(4)))
    assert times(lock_up) == ["22 00:30", "22 04:00"]


def test_same_start_and_end_are_a_whole_day():
    [duty] = on(Pattern("duty", time(8), time(8)))
    assert times(duty) == ["21 08:00", "22 08:00"]


@pytest.mark.parametrize(
    ("day", "there"),
    [(20, False), (21, True), (22, False), (28, True)],
)
def test_a_pattern_works_on_its_weekdays_only(day, there):
    assert bool(on(Pattern(weekdays=[5]), day=date(2026, 11, day))) is there


@pytest.mark.parametrize(
    ("day", "there"), [(19, False), (20, True), (22, True), (23, False)]
)
def test_a_pattern_works_from_its_first_day_to_its_last(day, there):
    pattern = Pattern(first_day=date(2026, 11, 20), last_day=date(2026, 11, 22))
    assert bool(on(pattern, day=date(2026, 11, day))) is there


@pytest.mark.parametrize(
    ("clock", "shift"),
    [
        ("08:29", "night.20261120"),
        ("08:30", "early.20261121"),
        ("15:29", "early.20261121"),
        ("15:30", "late.20261121"),
        ("23:00", "night.20261121"),
        ("04:59", "night.20261120"),
        ("05:00", "night.20261120"),
    ],
)
def test_which_shift_runs(clock, shift):
    assert running(clock, *OPERATIONS) == shift


def test_while_two_shifts_overlap_the_one_that_began_last_is_on_duty():
    long_early = Pattern(ends_at=time(16))
    assert running("15:45", long_early, LATE) == "late.20261121"


def test_between_shifts_and_for_a_team_without_any_nobody_is_on_duty():
    assert running("07:00", EARLY) is None
    assert running("10:00", *OPERATIONS, team="cleaning") is None
    assert running("21:00", GUARDS, team="security") == "security-night.20261121"


def test_the_next_and_the_previous_shift_are_of_the_same_team():
    patterns = [*OPERATIONS, GUARDS]
    *_, night, guards = on(*patterns)
    following = rules.next_shift(patterns, night, SHANGHAI, FIVE)
    assert following.id == "early.20261122"
    assert rules.previous_shift(patterns, night, SHANGHAI, FIVE).id == "late.20261121"
    following = rules.next_shift(patterns, guards, SHANGHAI, FIVE)
    assert following.id == "security-night.20261122"


def test_a_shift_once_a_week_is_followed_by_the_one_a_week_later():
    [weekly] = on(Pattern(weekdays=[5]))
    following = rules.next_shift([Pattern(weekdays=[5])], weekly, SHANGHAI, FIVE)
    assert following.day == SATURDAY + 7 * DAY


def test_the_last_shift_before_a_pattern_ends_has_no_next():
    ended = Pattern(last_day=SATURDAY)
    [last] = on(ended)
    assert rules.next_shift([ended], last, SHANGHAI, FIVE) is None


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 28), 8.5), (date(2026, 10, 24), 10.5)]
)
def test_the_night_the_clock_changes_is_an_hour_shorter_or_longer(day, hours):
    """A55."""
    [night] = on(NIGHT, day=day, zone=BERLIN)
    assert times(night, BERLIN)[1].endswith("08:30")
    assert night.ends_at - night.starts_at == timedelta(hours=hours)


def test_a_shift_within_the_hour_that_the_clock_skips_does_not_run_backwards():
    skipped = Pattern("odd", time(2, 30), time(3))
    [odd] = on(skipped, day=date(2026, 3, 28), zone=BERLIN)
    assert odd.starts_at == odd.ends_at


clocks = st.times().map(lambda t: t.replace(second=0, microsecond=0))
days = st.dates(date(2026, 1, 2), date(2027, 12, 30))
zones = st.sampled_from([SHANGHAI, BERLIN, "America/New_York"])


@given(clocks, clocks, days, zones, clocks)
def test_a_shift_starts_in_its_day_and_lasts_at_most_a_day(starts, ends, day, zone, at):
    [shift] = rules.shifts_of_day([Pattern("x", starts, ends)], day, zone, at)
    assert business_day(shift.starts_at, zone, at) == day
    length = shift.ends_at - shift.starts_at
    assert timedelta(0) <= length <= timedelta(hours=25)


@given(st.lists(clocks, min_size=1, max_size=5, unique=True), days, zones, clocks)
def test_shifts_that_end_where_the_next_begins_leave_no_gap(bounds, day, zone, at):
    bounds = sorted(bounds)
    ends = [*bounds[1:], bounds[0]]
    both = zip(bounds, ends, strict=True)
    patterns = [Pattern(f"s{n}", *pair, id=n) for n, pair in enumerate(both)]
    found = [
        shift
        for ahead in range(3)
        for shift in rules.shifts_of_day(patterns, day + DAY * ahead, zone, at)
    ]
    for before, after in pairwise(found):
        assert before.ends_at == after.starts_at
    assume(all(shift.ends_at > shift.starts_at for shift in found))
    for before, after in pairwise(found):
        assert rules.next_shift(patterns, before, zone, at) == after
        assert rules.previous_shift(patterns, after, zone, at) == before
        assert rules.shift_at(patterns, None, after.starts_at, zone, at) == after


@given(clocks, clocks, days, zones, st.integers(0, 25 * 60))
def test_whoever_is_on_a_shift_is_found_at_any_minute_of_it(
    starts, ends, day, zone, minute
):
    pattern = Pattern("x", starts, ends)
    [shift] = on(pattern, day=day, zone=zone)
    moment = shift.starts_at + timedelta(minutes=minute)
    found = rules.shift_at([pattern], None, moment, zone, FIVE)
    if shift.runs_at(moment):
        # Only a whole day's shift may be followed within the hour a clock repeats.
        assert found is not None
        assert found.starts_at >= shift.starts_at


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("early.20261121", SATURDAY),
        ("security-early.20261121", SATURDAY),
        ("early.20261131", None),
        ("early.2026112", None),
        ("early.２０２６１１２１", None),
        ("early", None),
        ("20261121", None),
        ("early.99991231", None),
        ("early.00010101", None),
        ("", None),
    ],
)
def test_a_shift_id_names_its_day(text, day):
    assert rules.day_in(text) == day


LIN, HE, WONG = Person(1, "Lin"), Person(2, "He"), Person(3, "Wong")


def test_who_stands_in_is_there_and_leads_in_place_of_the_lead():
    roster = [Duty(LIN, is_lead=True, absent_reason="ill", replaced_by=WONG), Duty(HE)]
    assert rules.present(roster) == [HE, WONG]
    assert rules.lead_of(roster) == WONG


def test_an_absent_lead_whom_nobody_replaces_leaves_nobody_to_lead():
    roster = [Duty(LIN, is_lead=True, absent_reason="ill"), Duty(HE)]
    assert rules.present(roster) == [HE]
    assert rules.lead_of(roster) is None


def test_who_is_rostered_and_stands_in_is_there_once():
    roster = [Duty(LIN, absent_reason="ill", replaced_by=HE), Duty(HE, is_lead=True)]
    assert rules.present(roster) == [HE]


def test_an_empty_roster_has_nobody_there_and_nobody_to_lead():
    assert (rules.present([]), rules.lead_of([])) == ([], None)
