"""The handovers of a team divide time among them: nothing falls between two."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.handovers import windows
from mallops.shifts import rules as shift_rules
from mallops.shifts.rules import Shift
from tests.shifts.test_rules import Pattern

DAY = date(2026, 11, 21)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hour):
    return MIDNIGHT + hour * HOUR


def shift(code, starts, ends, team=None):
    return Shift(code, code, {}, team, DAY, at(starts), at(ends), 1)


EARLY, LATE, NIGHT = shift("early", 7, 15), shift("late", 15, 23), shift("n", 23, 31)


def since(of, *shifts, **signed):
    moments = {code: at(hour) for code, hour in signed.items()}
    return (windows.begin(shifts, moments)[of.id] - MIDNIGHT) / HOUR


def test_the_next_begins_where_the_one_before_was_signed():
    assert since(LATE, EARLY, LATE, early=14.75) == 14.75


def test_a_late_signature_leaves_the_next_shift_its_own_work():
    assert since(LATE, EARLY, LATE, early=15.5) == 15


def test_where_nobody_signed_the_next_begins_when_that_shift_ends():
    assert since(LATE, EARLY, LATE) == 15
    assert since(NIGHT, EARLY, LATE, NIGHT, early=14) == 23


def test_the_first_one_covers_from_its_own_beginning():
    assert since(EARLY, EARLY, LATE) == 7


def test_time_without_a_shift_is_of_the_one_after_it():
    next_day = shift("next", 31, 39)
    assert since(next_day, LATE, next_day) == 23
    assert since(next_day, LATE, next_day, late=22.5) == 22.5


def test_time_of_two_shifts_is_of_the_earlier_one_until_it_is_signed():
    overlapping = shift("mid", 14, 22)
    assert since(overlapping, EARLY, overlapping) == 15
    assert since(overlapping, EARLY, overlapping, early=14.25) == 14.25
    assert since(NIGHT, shift("long", 7, 20), overlapping, NIGHT) == 22


def test_one_that_was_signed_before_it_began_covers_nothing_of_its_shift():
    assert since(NIGHT, LATE, NIGHT, late=9) == 15


def test_the_windows_of_another_team_do_not_matter():
    guards = shift("guards", 8, 12, "security")
    assert since(LATE, EARLY, guards, LATE, guards=9) == 15
    assert since(guards, EARLY, guards, early=7.5) == 8


# -- Any shifts, any signatures -------------------------------------------------------

quarters = st.integers(0, 4 * 24 * 3).map(lambda n: at(n / 4))
lengths = st.integers(1, 4 * 14).map(lambda n: HOUR * n / 4)


@st.composite
def plans(draw):
    """Shifts of a team in three days, overlapping or apart, some of them signed."""
    spans = draw(st.lists(st.tuples(quarters, lengths), min_size=1, max_size=8))
    shifts = [
        Shift(f"s{n}", f"s{n}", {}, None, DAY, starts, starts + length, 1)
        for n, (starts, length) in enumerate(spans)
    ]
    signing = st.one_of(st.none(), quarters)
    signed = {one.id: draw(signing) for one in shifts}
    return shifts, {id_: moment for id_, moment in signed.items() if moment}


def windows_of(shifts, signed):
    begins = windows.begin(shifts, signed)
    return {
        one.id: (
            begins[one.id],
            windows.stops_at(one.starts_at, one.ends_at, signed.get(one.id)),
        )
        for one in shifts
    }


@given(plans(), st.data())
def test_every_moment_is_in_the_window_of_exactly_one_handover(plan, data):
    found = windows_of(*plan).values()
    first, last = min(begin for begin, _ in found), max(end for _, end in found)
    moment = data.draw(
        st.datetimes(first.replace(tzinfo=None), last.replace(tzinfo=None))
    )
    moment = moment.replace(tzinfo=UTC)
    holding = [1 for begin, end in found if begin <= moment < end]
    assert len(holding) == (1 if moment < last else 0)


@given(plans(), quarters, quarters, st.data())
def test_work_of_a_signed_window_is_covered_or_late_however_late_things_arrive(
    plan, moment, arrived, data
):
    """Each handover was shown by what had arrived then, other signatures too."""
    shifts, signed = plan
    arrivals = {id_: data.draw(quarters, id_) for id_ in signed}
    for one in shifts:
        if one.id not in signed:
            continue
        shown_at = signed[one.id]
        known = {
            i: s for i, s in signed.items() if arrivals[i] <= shown_at and i != one.id
        }
        stated = windows.begin(shifts, known)[one.id]
        begins, stops = windows_of(shifts, signed)[one.id]
        covered = stated <= moment < one.ends_at and arrived <= shown_at
        # As the addendum asks the database (addendum._late).
        late = begins <= moment < stops and (arrived > shown_at or moment < stated)
        if begins <= moment < stops:
            assert covered or late


@st.composite
def walks(draw):
    """Rounds of these days: when each begins, when it is over, walked or not."""
    spans = draw(
        st.lists(st.tuples(quarters, lengths, lengths), min_size=1, max_size=6)
    )
    return {
        f"r{n}": (starts, min(starts + until, starts + walked))
        for n, (starts, until, walked) in enumerate(spans)
    }


def told_of(shifts, signed, rounds, arrivals):
    """What each signature tells of rounds, by the signatures that had arrived by then.

    Returns what all of them tell, and which rounds each told as done or missed.
    """
    begins = windows.begin(shifts, {})
    told, over, order = {}, {}, sorted(signed, key=lambda id_: (signed[id_], id_))
    by_id = {one.id: one for one in shifts}
    for id_ in order:
        one, at_ = by_id[id_], signed[id_]
        known = [told[i] for i in told if arrivals.get(i, signed[i]) <= at_]
        carried = windows.carried_into(one, known)
        own = {r for r, (starts, _) in rounds.items()
               if begins[id_] <= starts < one.ends_at}  # fmt: skip
        due = {r for r in own | carried if rounds[r][1] > at_}
        told[id_] = windows.Told(windows.turn_of(one), frozenset(due), carried)
        over[id_] = (own | carried) - due
    return list(told.values()), over


def owner_of(shifts, starts_at):
    begins = windows.begin(shifts, {})
    found = [s.id for s in shifts if begins[s.id] <= starts_at < s.ends_at]
    assert len(found) <= 1
    return found[0] if found else None


AFTER_ALL = shift("zz", 999, 1000)


@given(plans(), walks())
def test_a_round_is_told_as_over_in_one_signed_handover_or_left_to_the_next(
    plan, rounds
):
    shifts, signed = plan
    told, over = told_of(shifts, signed, rounds, {})
    left = windows.carried_into(AFTER_ALL, told)
    for round_id, (starts, _) in rounds.items():
        times = sum(round_id in some for some in over.values())
        is_told = owner_of(shifts, starts) in signed
        assert times + (round_id in left) == int(is_told)


@given(plans(), walks(), st.data())
def test_no_round_is_lost_however_late_the_signatures_arrive(plan, rounds, data):
    shifts, signed = plan
    arrivals = {id_: data.draw(quarters, id_) for id_ in signed}
    told, over = told_of(shifts, signed, rounds, arrivals)
    left = windows.carried_into(AFTER_ALL, told)
    for round_id, (starts, _) in rounds.items():
        if owner_of(shifts, starts) in signed:
            assert round_id in left or any(round_id in some for some in over.values())


@given(
    st.lists(st.sampled_from(["early", "late", "night", "mid", "long"]), unique=True),
    st.integers(0, 13), st.data(),
)  # fmt: skip
def test_what_came_before_a_shift_is_enough_to_know_where_it_begins(codes, ahead, data):
    """A mall has years of shifts: only the last ones are looked at."""
    clocks = {
        "early": (8, 15), "late": (15, 23), "night": (23, 8), "mid": (11, 19),
        "long": (7, 21),
    }  # fmt: skip
    patterns = [
        Pattern(
            code, time(clocks[code][0]), time(clocks[code][1]),
            weekdays=data.draw(st.lists(st.integers(0, 6), min_size=1, unique=True)),
        )
        for code in codes
    ]  # fmt: skip
    clock = "Asia/Shanghai", time(5)
    days = [DAY + timedelta(days=n) for n in range(-9, ahead + 1)]
    every = [
        s for day in days for s in shift_rules.shifts_of_day(patterns, day, *clock)
    ]
    signed = {
        one.id: one.starts_at + data.draw(st.integers(-8, 60)) * HOUR / 4
        for one in every
        if data.draw(st.booleans())
    }
    whole = windows.begin(every, signed)
    for one in every[-3:]:
        before = shift_rules.shifts_before(patterns, one, *clock)
        if before and before[0].day > days[0]:
            assert windows.begin([*before, one], signed)[one.id] == whole[one.id]


@pytest.mark.parametrize("signed", [None, at(6), at(10), at(15), at(40)])
def test_a_handover_stops_within_its_shift(signed):
    assert at(7) <= windows.stops_at(at(7), at(15), signed) <= at(15)
