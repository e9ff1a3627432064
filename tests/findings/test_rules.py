"""How a finding stands: by the times of its steps, whatever order they came in."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.findings import rules
from mallops.findings.rules import Opening, Update, follow

NINE = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
OPENING = Opening("S3", "cleaning", NINE, opened_by_id=1)
STATES = {state for step in rules.STEPS.values() for state in step.starts}


def after(minutes):
    return NINE + timedelta(minutes=minutes)


def steps(*taken):
    """(minutes, step, by, more…) as updates."""
    return [
        Update(key=f"{number:03}", at=after(minutes), step=step, by_id=by, **more)
        for number, (minutes, step, by, more) in enumerate(
            (*one, {}) if len(one) == 3 else one for one in taken
        )
    ]


def standing(*taken, opening=OPENING):
    return follow(opening, steps(*taken)).standing


def test_a_finding_goes_from_open_to_verified():
    way = [
        (1, "assign", 2, {"team": "engineering", "person_id": 7}),
        (2, "start", 7), (30, "fix", 7), (40, "verify", 2),
    ]  # fmt: skip
    states = [standing(*way[:count]).state for count in range(len(way) + 1)]
    assert states == ["open", "assigned", "in_progress", "fixed", "verified"]
    end = standing(*way)
    assert (end.fixed_by_id, end.verified_by_id) == (7, 2)
    assert (end.team, end.assignee_id) == ("engineering", 7)
    assert end.closed_at == after(40)


@pytest.mark.parametrize(
    ("severity", "acknowledge", "fix"),
    [("S1", 2, 120), ("S2", 15, 360), ("S3", 60, 1440), ("S4", 480, 4320)],
)
def test_the_limits_are_those_of_the_severity(severity, acknowledge, fix):
    now = standing(opening=Opening(severity, None, NINE))
    assert now.acknowledge_by == after(acknowledge)
    assert now.fix_by == after(fix)


def test_the_items_own_limit_goes_before_the_severitys():
    assert standing(opening=Opening("S3", None, NINE, fix_minutes=30)).fix_by == after(
        30
    )


def test_the_clock_stands_still_while_it_waits():
    waits = (10, "wait", 2, {"waiting_for": "part"})
    assert standing(waits).waiting_since == after(10)
    resumed = standing(waits, (70, "start", 2))
    assert resumed.fix_by == after(24 * 60 + 60)
    assert resumed.waiting_since is None
    assert resumed.waiting_for is None


def test_another_severity_counts_from_the_opening():
    now = standing((50, "prioritise", 2, {"severity": "S1"}))
    assert (now.severity, now.fix_by) == ("S1", after(120))
    assert now.state == "open"


def test_what_is_not_in_order_is_to_be_done_again():
    now = standing((5, "fix", 7), (9, "reject", 2))
    assert (now.state, now.fixed_by_id) == ("rejected", None)
    again = standing((5, "fix", 7), (9, "reject", 2), (20, "fix", 8), (30, "verify", 2))
    assert (again.state, again.fixed_by_id) == ("verified", 8)


def test_fixed_on_the_spot_opens_and_closes():
    now = standing(opening=Opening("S3", None, NINE, True, opened_by_id=4))
    assert (now.state, now.closed_at, now.fixed_by_id) == ("fixed_on_spot", NINE, 4)


def test_a_contradiction_moves_nothing_and_stays_visible():
    found = follow(OPENING, steps((5, "void", 2), (6, "fix", 7)))
    assert found.standing.state == "void"
    assert found.standing.contradicted
    assert found.uncounted == {"001"}


def test_a_step_that_fits_settles_a_contradiction():
    now = standing((5, "fix", 7), (6, "start", 8), (9, "verify", 2))
    assert standing((5, "fix", 7), (6, "start", 8)).contradicted
    assert (now.state, now.contradicted) == ("verified", False)


def test_seeing_it_again_neither_acknowledges_nor_moves_it():
    now = standing((30, "seen_again", 3), (60, "seen_again", 3))
    assert (now.state, now.acknowledged_at, now.seen_again) == ("open", None, 2)


moves = st.lists(
    st.builds(
        Update,
        key=st.uuids().map(str),
        at=st.integers(0, 5000).map(after),
        step=st.sampled_from(sorted(rules.STEPS)),
        by_id=st.integers(1, 3),
        severity=st.sampled_from(list(rules.LIMITS)),
        waiting_for=st.sampled_from(rules.WAITING_FOR),
    ),
    max_size=6,
    unique_by=lambda one: one.key,
)


@given(moves, st.randoms())
def test_any_order_of_arrival_gives_the_same_finding(updates, random):
    shuffled = random.sample(updates, len(updates))
    assert follow(OPENING, shuffled) == follow(OPENING, updates)


@given(moves)
def test_a_finding_is_closed_exactly_when_its_state_says_so(updates):
    now = follow(OPENING, updates).standing
    assert (now.closed_at is not None) == (now.state in rules.CLOSED)
    assert (now.waiting_since is not None) == (now.state == "waiting")
    assert now.state in STATES


DOUBTS = {
    ("verify", "officer", None, 7): "second_person",
    ("verify", "officer", None, 3): None,
    ("verify", "team", "cleaning", 3): "role_lacks_right",
    ("void", "supervisor", None, 1): "second_person",
    ("void", "supervisor", None, 3): None,
    ("void", "officer", None, 3): "role_lacks_right",
    ("fix", "team", "engineering", 3): "not_your_team",
    ("fix", "team", "cleaning", 3): None,
    ("assign", "officer", None, 3): "role_lacks_right",
    ("comment", "auditor", None, 3): "role_lacks_right",
}


@pytest.mark.parametrize(("who", "doubt"), DOUBTS.items())
def test_who_may_take_a_step(who, doubt):
    step, role, team, by_id = who
    now = standing((5, "fix", 7))
    found = rules.doubt_about(
        step, by_id=by_id, role=role, team=team, standing=now, opened_by_id=1
    )
    assert found == doubt


@pytest.mark.parametrize(
    ("severity", "triggers", "opens"),
    [
        ("S4", ["LOG"], False), (None, ["LOG"], False), (None, [], False),
        ("S3", ["LOG"], True), ("S4", ["WO"], True), ("S4", ["LOG", "CT"], True),
    ],
)  # fmt: skip
def test_all_but_what_is_only_logged_is_followed_up(severity, triggers, opens):
    assert rules.opens_finding(severity, triggers) is opens


def test_every_category_and_trigger_has_its_place():
    assert set(rules.CATEGORY_TRIGGERS) == set(rules.CATEGORIES)
    calls = set(itertools.chain(*rules.CATEGORY_TRIGGERS.values()))
    assert calls - {"INC", "SUP"} <= set(rules.TRIGGER_TEAM)
    assert set(rules.TRIGGER_CATEGORY.values()) <= set(rules.CATEGORIES)


def test_a_mall_sets_limits_of_its_own():
    own = rules.limits_of({"limits": {"S2": {"fix": 90}}})
    assert own["S2"] == rules.Limits(15, 90)
    assert own["S1"] == rules.LIMITS["S1"]
