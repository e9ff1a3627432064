"""Which shift runs in a mall, and who is on it (both databases)."""

from datetime import date, timedelta

import pytest

from mallops.shifts import queries
from mallops.shifts.rules import lead_of, present
from tests.shifts.conftest import TODAY
from tests.support.builders import make_pattern, make_team


def ids(shifts):
    return [shift.id for shift in shifts]


def names(people):
    return [person.name for person in people]


@pytest.mark.usefixtures("patterns")
def test_a_day_has_the_shifts_of_operations_and_of_its_teams(mall, make_mall):
    make_pattern(mall, "night", team="security")
    make_pattern(make_mall(code="other"), "early")
    assert ids(queries.shifts_of_day(mall, TODAY)) == [
        "early.20261121",
        "late.20261121",
        "night.20261121",
        "security-night.20261121",
    ]


@pytest.mark.usefixtures("patterns")
def test_a_shift_is_found_by_its_id_and_an_invented_one_is_not(mall):
    assert queries.find_shift(mall, "late.20261121").code == "late"
    for invented in ("late.20251231", "noon.20261121", "late", "late\0.20261121"):
        assert queries.find_shift(mall, invented) is None


@pytest.mark.usefixtures("patterns")
def test_what_runs_now_follows_the_clock_of_the_mall(mall, clock):
    make_pattern(mall, "night", team="security")
    security = make_team(mall, "security")
    assert queries.current_shift(mall, None, clock.now).id == "early.20261121"
    assert queries.current_shift(mall, security.id, clock.now) is None
    clock.move(hours=16)  # 02:00
    assert ids(queries.current_shifts(mall, clock.now)) == [
        "night.20261121",
        "security-night.20261121",
    ]


@pytest.mark.usefixtures("patterns")
def test_the_shifts_before_and_after(mall):
    night = queries.find_shift(mall, "night.20261121")
    assert queries.previous_shift(mall, night).id == "late.20261121"
    assert queries.next_shift(mall, night).id == "early.20261122"


@pytest.mark.usefixtures("patterns")
def test_a_shift_is_found_together_with_those_beside_it(mall):
    found = queries.find_beside(mall, "night.20261121")
    assert found == queries.beside(mall, queries.find_shift(mall, "night.20261121"))
    assert found.before[-1].id == "late.20261121"
    assert found.following.id == "early.20261122"
    for invented in ("noon.20261121", "late", "late\0.20261121"):
        assert queries.find_beside(mall, invented) is None


@pytest.mark.usefixtures("patterns")
def test_a_shift_of_a_pattern_that_has_ended_is_not_found_on_later_days(mall):
    make_pattern(mall, "noon", last_day=date(2026, 11, 20))
    assert queries.find_beside(mall, "noon.20261120").shift.code == "noon"
    assert queries.find_beside(mall, "noon.20261121") is None


def test_a_shift_has_its_people_the_lead_first(mall, make_user, rostered):
    rostered("early", make_user(mall, username="an"))
    rostered("early", make_user(mall, "supervisor", username="li"), is_lead=True)
    rostered("late", make_user(mall, username="he"))
    shift = queries.find_shift(mall, "early.20261121")
    roster = queries.people_on(mall, shift)
    assert names(present(roster)) == ["Li", "An"]
    assert lead_of(roster).name == "Li"


def test_who_stands_in_for_an_absent_one_is_there(mall, make_user, rostered):
    an, bo = make_user(mall, username="an"), make_user(mall, username="bo")
    rostered("early", an, is_lead=True, absent_reason="ill", replaced_by_id=bo.id)
    [duty] = queries.people_on(mall, queries.find_shift(mall, "early.20261121"))
    assert (duty.absent_reason, duty.replaced_by.name) == ("ill", "Bo")
    assert lead_of([duty]).name == "Bo"


@pytest.mark.usefixtures("patterns")
def test_a_shift_nobody_is_rostered_on_is_a_shift_all_the_same(mall):
    shift = queries.find_shift(mall, "night.20261121")
    assert queries.people_on(mall, shift) == []


def test_past_days_keep_the_pattern_they_had(mall):
    make_pattern(mall, "early", last_day=date(2026, 11, 20))
    make_pattern(mall, "early", first_day=TODAY, weekdays=[5])
    before = TODAY - timedelta(days=1)
    [then] = queries.shifts_of_day(mall, before)
    [now] = queries.shifts_of_day(mall, TODAY)
    assert then.pattern_id != now.pattern_id
    assert queries.next_shift(mall, then) == now
    assert queries.previous_shift(mall, now) == then
