"""What can be asked of a day, and what is safe in a spreadsheet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.daylog import rules
from mallops.daylog.rules import Cursor, Filters, read_filters


def test_nothing_asked_for_is_everything():
    filters, errors = read_filters({})
    assert (filters, errors) == (Filters(), {})
    assert not filters.are_set
    assert filters.params() == {}


def test_what_is_asked_for_survives_the_address():
    asked = {
        "kind": "note", "zone": "L1-A", "unit": "L1-001", "person": "7",
        "problems": "1", "held": "1", "q": "wet floor", "order": "newest",
        "rounds": "missed", "after": "1795226400000000-12",
    }  # fmt: skip
    filters, errors = read_filters(asked)
    assert errors == {}
    assert filters.params() == asked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person", "seven"), ("person", "-1"), ("person", "9" * 30), ("person", "²"),
        ("problems", "maybe"), ("held", "2"), ("q", "x" * 101), ("order", "random"),
        ("rounds", "lost"), ("after", "yesterday"), ("after", f"{'9' * 17}-1"),
        ("after", "1-2-3"), ("after", "1-"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named(name, value):
    filters, errors = read_filters({name: value})
    assert errors == {name: f"bad_{name}"}
    assert filters == Filters()


def test_nul_never_reaches_the_database():
    filters, _ = read_filters({"q": "a\0b", "unit": "\0"})
    assert filters == Filters(q="ab")


@given(st.timedeltas(timedelta(0), timedelta(days=36_000)), st.integers(1, 10**12))
def test_a_cursor_comes_back_to_the_microsecond(since_2000, seq):
    moment = datetime(2000, 1, 1, tzinfo=UTC) + since_2000
    assert rules.read_cursor(str(Cursor(moment, seq))) == Cursor(moment, seq)


def test_today_is_read_from_its_end_and_a_past_day_from_its_start():
    assert rules.newest_first(Filters(), is_today=True)
    assert not rules.newest_first(Filters(), is_today=False)
    assert not rules.newest_first(Filters(order="oldest"), is_today=True)
    assert rules.newest_first(Filters(order="newest"), is_today=False)


@pytest.mark.parametrize(
    ("day", "plausible"),
    [("2026-11-21", True), ("2027-11-20", True), ("1999-12-31", False),
     ("2028-01-01", False), ("0001-01-01", False), ("9999-12-31", False)],
)  # fmt: skip
def test_a_day_far_off_has_no_log(day, plausible):
    today = date(2026, 11, 21)
    assert rules.is_plausible(date.fromisoformat(day), today) is plausible


@pytest.mark.parametrize("lead", ["", " ", "\t", "\n", "\u3000", "\u200b", "\ufeff"])
@pytest.mark.parametrize("trigger", "=+-@＝＋－＠")
def test_a_formula_is_kept_as_text(lead, trigger):
    assert rules.safe_cell(f"{lead}{trigger}1+1") == f"'{lead}{trigger}1+1"


@pytest.mark.parametrize("text", ["\tplain", "\rplain", "\nplain"])
def test_a_cell_never_starts_with_a_control_character(text):
    assert rules.safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Wet floor", "L1-001", "مرحبا", "1=1", "😀 ok"])
def test_plain_words_stay_as_they_are(text):
    assert rules.safe_cell(text) == text


@pytest.mark.parametrize(
    ("numbers", "runs"),
    [([], []), ([3], [(3, 3)]), ([3, 4, 5, 9], [(3, 5), (9, 9)])],
)
def test_missing_numbers_are_told_in_runs(numbers, runs):
    assert rules.ranges(numbers) == runs


@pytest.mark.parametrize(
    ("recorder", "carrier", "allowed"),
    [(2, 2, True), (1, 2, False), (2, 1, True), (None, 2, True), (None, 1, False)],
)
def test_a_decision_takes_a_second_person(recorder, carrier, allowed):
    may = rules.may_decide(1, recorded_by_id=recorder, carried_by_id=carrier)
    assert may is allowed
