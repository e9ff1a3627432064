"""The ladder: what a month's cases call for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.cases import rules
from mallops.cases.rules import Case, prepare
from mallops.doors.rules import Terms

TERMS = Terms()


def day(number):
    return date(2026, 11, number)


def steps(*cases, terms=TERMS):
    given = [Case(day(number), case) for number, case in cases]
    return [(one.day.day, one.step) for one in prepare(given, terms)]


def test_first_verbal_second_written_third_and_later_a_penalty():
    late = [(number, "late") for number in (3, 9, 10, 27)]
    assert steps(*late) == [
        (3, "verbal"), (9, "written"), (10, "penalty"), (27, "penalty"),
    ]  # fmt: skip


def test_a_day_is_one_case_however_much_was_wrong_on_it():
    assert steps((3, "late"), (3, "early"), (9, "late")) == [
        (3, "verbal"), (9, "written"),
    ]  # fmt: skip


def test_three_days_not_open_are_the_managers_case_besides():
    assert steps((3, "not_open"), (4, "late"), (5, "not_open"), (6, "not_open")) == [
        (3, "verbal"), (4, "written"), (5, "penalty"), (6, "penalty"), (6, "manager"),
    ]  # fmt: skip
    assert (5, "manager") not in steps((3, "late"), (4, "not_open"), (5, "not_open"))


def test_without_cases_nothing_is_prepared():
    assert steps() == []


def test_a_mall_sets_its_own_numbers():
    terms = Terms(verbal=2, written=3, penalty=5, manager_not_open_days=1)
    late = [(number, "late") for number in range(1, 6)]
    assert steps(*late, terms=terms) == [
        (2, "verbal"), (3, "written"), (4, "written"), (5, "penalty"),
    ]  # fmt: skip
    assert steps((1, "not_open"), terms=terms) == [(1, "manager")]


@pytest.mark.parametrize(
    ("of", "last"),
    [(date(2026, 11, 21), 30), (date(2026, 12, 31), 31), (date(2028, 2, 1), 29)],
)
def test_a_month_is_the_calendars(of, last):
    assert rules.month_of(of) == (of.replace(day=1), of.replace(day=last))


def test_who_alone_saw_it_does_not_take_it_out():
    assert not rules.is_second_person(1, [1, 1])
    assert rules.is_second_person(1, [1, 2])
    assert rules.is_second_person(1, [2])


cases = st.lists(
    st.builds(Case, st.integers(1, 28).map(day), st.sampled_from(["late", "not_open"]))
)


@given(cases, st.randoms())
def test_the_order_of_arrival_changes_no_step(some, random):
    again = random.sample(some * 2, len(some) * 2)
    assert prepare(again, TERMS) == prepare(some, TERMS)
