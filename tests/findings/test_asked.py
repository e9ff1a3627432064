"""What is asked of the list, details of incidents, time in words: no database."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from mallops.findings import asked, details, limits
from mallops.findings.asked import Cursor, Filters, read_filters

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_filters_go_into_an_address_and_out_of_it_again():
    after = Cursor(2, NOON, "0192f000-0000-7000-8000-000000000001.O08")
    given = Filters("team", "L1-A", "L1-001", "hygiene", "S2", "-", "灯 light", after)
    assert read_filters(given.params()) == (given, {})


def test_an_empty_address_asks_for_everything():
    assert read_filters({}) == (Filters(), {})
    assert not Filters(tab="closed").are_set
    assert Filters(severity="S1").are_set


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tab", "everything"),
        ("category", "rain"),
        ("severity", "S9"),
        ("q", "x" * 101),
        ("after", "yesterday"),
        ("after", "0_99999999999999999_x"),
        ("after", "7_1_x"),
        ("after", "0_1_x'y"),
    ],
)
def test_what_cannot_be_meant_is_named(name, text):
    assert read_filters({name: text})[1] == {name: f"bad_{name}"}


def test_every_open_state_has_its_place_in_the_list():
    ranked = {state for states in asked.RANKS for state in states}
    assert ranked == set(asked.ACTIVE) | {"fixed"}


# -- Details of incidents and complaints


def test_later_fields_win_and_empty_ones_leave_what_was_there():
    stand = details.details_after(
        {"people": "Li", "course": "fell"},
        [{"people": "", "outcome": "clinic"}, {"course": "slipped", "told": []}],
    )
    assert stand == {"people": "Li", "course": "slipped", "outcome": "clinic"}


def test_no_is_an_answer():
    stand = details.details_after({"emergency_called": True}, [{}])
    assert stand == {"emergency_called": True}
    again = details.details_after(stand, [{"emergency_called": False}])
    assert again == {"emergency_called": False}


def test_only_what_somebody_changed_is_recorded():
    shown = {"people": "Li", "course": "fell"}
    typed = {"people": "Li", "course": "fell, then got up", "outcome": ""}
    assert details.changes(shown, typed) == {"course": "fell, then got up"}


def test_an_incident_is_reported_within_four_hours():
    assert details.report_due("incident", NOON) == NOON + timedelta(hours=4)
    assert details.report_due("hygiene", NOON) is None


# -- How much time is left, in words


@pytest.fixture(autouse=True)
def in_english(plain_request):
    return plain_request


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"), (75, "75 min"), (150, "2 h 30 min"), (180, "3 h"),
        (11 * 60 + 59, "11 h"), (47 * 60, "47 h"), (48 * 60, "2 days"),
    ],
)  # fmt: skip
def test_a_stretch_of_time_is_said_as_people_say_it(minutes, words):
    assert limits.span(timedelta(minutes=minutes)) == words


def standing(**given):
    none = dict.fromkeys(("waiting_since", "fixed_at", "closed_at", "acknowledged_at"))
    times = {"opened_at": NOON, "acknowledge_by": NOON + timedelta(hours=1)}
    rest = {"state": "open", "fix_by": NOON + timedelta(hours=10)}
    return SimpleNamespace(**{**none, **times, **rest, **given})


@pytest.mark.parametrize(
    ("hours", "mood", "words"),
    [
        (1, "left", "9 h left"),
        (9, "soon", "60 min left"),
        (10, "soon", "0 min left"),
        (12, "overdue", "overdue by 2 h"),
    ],
)
def test_the_clock_runs_until_it_is_fixed(hours, mood, words):
    limit = limits.to_fix(standing(), NOON + timedelta(hours=hours))
    assert (limit.mood, limit.words) == (mood, words)


def test_the_clock_stands_still_while_it_waits():
    waits = standing(state="waiting", waiting_since=NOON + timedelta(hours=4))
    limit = limits.to_fix(waits, NOON + timedelta(days=3))
    assert (limit.mood, limit.words) == ("stopped", "clock stopped, 6 h left")
    late = standing(state="waiting", waiting_since=NOON + timedelta(hours=11))
    words = limits.to_fix(late, NOON + timedelta(days=3)).words
    assert words == "clock stopped, overdue by 60 min"


def test_nobody_is_late_with_what_is_fixed_or_closed():
    fixed = standing(state="fixed", fixed_at=NOON + timedelta(hours=20))
    assert limits.to_fix(fixed, NOON + timedelta(hours=22)).mood == "done"
    assert limits.to_fix(standing(closed_at=NOON), NOON) is None
    assert limits.to_acknowledge(standing(acknowledged_at=NOON), NOON) is None
    assert limits.to_acknowledge(fixed, NOON) is None


def test_a_report_is_due_until_somebody_wrote_it():
    late = NOON + timedelta(hours=5)
    assert limits.to_report("incident", NOON, False, late).mood == "overdue"
    assert limits.to_report("incident", NOON, True, late).mood == "done"
    assert limits.to_report("complaint", NOON, False, late) is None
