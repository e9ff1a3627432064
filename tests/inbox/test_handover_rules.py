"""Whom the handover of a shift tells, and when: the ladder without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.inbox import handover_rules as rules
from mallops.inbox.handover_rules import Sheet
from mallops.inbox.ladder import HANDOVER, handover_ladder_of, problems_of
from mallops.inbox.rules import Member
from mallops.shifts.rules import Shift

START = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)  # 15:30 in Shanghai
END = START + timedelta(hours=7, minutes=30)  # 23:00
GOING, COMING, SUPERVISOR, MANAGER, MANAGER2 = range(1, 6)
PEOPLE = [
    Member(GOING, "officer", None),
    Member(COMING, "officer", None),
    Member(SUPERVISOR, "supervisor", None),
    Member(MANAGER, "manager", None),
    Member(MANAGER2, "manager", None),
    Member(7, "auditor", None),
]
SHIFT = Shift("late.20261121", "late", {}, None, date(2026, 11, 21), START, END, 1)


def at(minutes):
    """So many minutes after the shift's end."""
    return END + timedelta(minutes=minutes)


def sheet(state="open", **given):
    return Sheet(SHIFT, state, **{"outgoing_id": GOING, "incoming_id": COMING, **given})


def signed(minutes=-5, **given):
    return sheet("signed", signed_at=at(minutes), **given)


def refused(minutes=-30, by=COMING, **given):
    return sheet(
        "refused", signed_at=at(-60), said_at=at(minutes), said_by_id=by, **given
    )


def told(one, minutes, recorded=(), people=PEOPLE, ladder=HANDOVER):
    """{about: who} that is told at so many minutes after the end."""
    found = {}
    for each in rules.tellings(one, ladder, people, recorded, at(minutes)):
        if each.is_told:
            found.setdefault(each.about, []).append(each.user_id)
    return found


def test_a_refusal_reaches_the_managers_and_who_signed_at_once():
    assert told(refused(), -30) == {"refused": [GOING, MANAGER, MANAGER2]}


def test_nobody_hears_of_what_they_refused_themselves():
    assert told(refused(by=MANAGER), -30) == {"refused": [GOING, MANAGER2]}


def test_a_second_refusal_is_told_again():
    recorded = {(who, "refused") for who in (GOING, MANAGER, MANAGER2)}
    assert told(refused(), 0, recorded) == {}
    again = refused(times=2)
    assert told(again, 0, recorded) == {"refused_2": [GOING, MANAGER, MANAGER2]}


def test_a_refusal_is_told_though_it_arrives_days_later():
    assert told(refused(), 3 * 24 * 60) == {"refused": [GOING, MANAGER, MANAGER2]}


def test_who_is_to_sign_again_is_told_so():
    again = sheet("sign_again", said_at=at(-10), said_by_id=MANAGER, signed_at=at(-60))
    assert told(again, -10) == {"sign_again": [GOING]}
    assert told(again, 30)["unsigned_30_min"] == [GOING]


def test_who_leads_is_reminded_to_sign_and_then_the_manager_hears_of_it():
    assert told(sheet(), 29) == {}
    assert told(sheet(), 30) == {"unsigned_30_min": [GOING]}
    after = told(sheet(), 120, {(GOING, "unsigned_30_min")})
    assert after == {"unsigned_120_min": [MANAGER, MANAGER2]}


def test_who_comes_is_reminded_to_accept_counted_from_end_and_signature():
    assert told(signed(), 59) == {}
    assert told(signed(), 60) == {"unaccepted_60_min": [COMING]}
    assert told(signed(45), 60) == {}
    assert told(signed(45), 105) == {"unaccepted_60_min": [COMING]}


@pytest.mark.parametrize("state", ["accepted", "stands"])
def test_a_closed_one_tells_nobody(state):
    closed = sheet(state, signed_at=at(-5), said_at=at(0), said_by_id=COMING)
    assert told(closed, 500) == {}


def test_where_nobody_leads_the_next_one_up_is_told():
    assert told(sheet(outgoing_id=None), 30) == {"unsigned_30_min": [SUPERVISOR]}
    managers = [one for one in PEOPLE if one.role == "manager"]
    assert told(sheet(), 30, people=managers) == {"unsigned_30_min": [4, 5]}


def test_a_reminder_of_yesterday_is_not_given_any_more():
    assert told(sheet(), 2 * 24 * 60) == {}


def test_after_downtime_each_person_hears_the_last_step_only():
    alone = [Member(MANAGER, "manager", None)]
    given = list(rules.tellings(sheet(), HANDOVER, alone, (), at(125)))
    assert [(one.about, one.is_told) for one in given] == [
        ("unsigned_30_min", False),
        ("unsigned_120_min", True),
    ]


def test_a_mall_has_a_ladder_of_its_own():
    own = {"escalation": {"handover": {"unsigned_10_min": ["supervisor"]}}}
    assert told(sheet(), 10, ladder=handover_ladder_of(own)) == {
        "unsigned_10_min": [SUPERVISOR]
    }
    assert handover_ladder_of({"escalation": {"S1": {}}}) == HANDOVER
    assert handover_ladder_of({"escalation": {"handover": {}}}) == {}


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"unsigned": ["manager"]}, "'unsigned'"),
        ({"fix_100": ["manager"]}, "'fix_100'"),
        ({"refused": ["doers"]}, "'doers'"),
    ],
)
def test_a_ladder_nobody_can_act_upon_is_named(own, says):
    (problem,) = problems_of({"handover": own})
    assert says in problem


def test_the_shipped_ladder_is_one_that_can_be_acted_upon():
    assert problems_of({"handover": {k: list(v) for k, v in HANDOVER.items()}}) == []


@pytest.mark.parametrize(
    ("about", "state", "holds"),
    [
        ("refused", "refused", True),
        ("refused_2", "signed", False),
        ("unsigned_30_min", "open", True),
        ("unsigned_30_min", "signed", False),
        ("unaccepted_60_min", "signed", True),
        ("unaccepted_60_min", "accepted", False),
    ],
)
def test_what_was_settled_meanwhile_no_longer_holds(about, state, holds):
    assert rules.is_still_so(about, state) is holds


states = st.sampled_from(["open", "signed", "refused", "sign_again", "accepted"])
moments = st.one_of(st.none(), st.integers(-600, 600).map(at))


@given(
    st.builds(
        Sheet, st.just(SHIFT), states, st.sampled_from([None, *range(1, 9)]),
        st.sampled_from([None, *range(1, 9)]), moments, moments,
        st.sampled_from([None, *range(1, 9)]), st.integers(0, 4),
    ),
    st.lists(st.integers(-600, 3000), max_size=12),
)  # fmt: skip
def test_nobody_is_told_the_same_twice_and_only_who_works_here(one, looks):
    recorded = set()
    for minutes in sorted(looks):
        for each in rules.tellings(one, HANDOVER, PEOPLE, recorded, at(minutes)):
            key = each.user_id, each.about
            assert key not in recorded
            assert each.user_id in {member.user_id for member in PEOPLE}
            assert each.due_at <= at(minutes)
            recorded.add(key)
