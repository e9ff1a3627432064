"""Whom a finding tells, and when: the ladder without a database."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.findings.rules import LIMITS
from mallops.inbox import rules
from mallops.inbox.ladder import LADDERS, STEP, TOLD, ladders_of, problems_of
from mallops.inbox.rules import Member, Watched

NINE = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
OFFICER, SUPERVISOR, MANAGER, CLEANER, CLEANER2, ENGINEER = range(1, 7)
PEOPLE = [
    Member(OFFICER, "officer", None),
    Member(SUPERVISOR, "supervisor", None),
    Member(MANAGER, "manager", None),
    Member(CLEANER, "team", "cleaning"),
    Member(CLEANER2, "team", "cleaning"),
    Member(ENGINEER, "team", "engineering"),
    Member(7, "auditor", None),
    Member(8, "admin", None),
]


def after(minutes):
    return NINE + timedelta(minutes=minutes)


def finding(severity="S3", **given):
    """Open since nine o'clock, with the limits of its severity, seen by an officer."""
    limits = LIMITS[severity]
    start = {
        "id": "f",
        "severity": severity,
        "state": "open",
        "team": "cleaning",
        "assignee_id": None,
        "opened_at": NINE,
        "opened_by_id": OFFICER,
        "acknowledge_by": after(limits.acknowledge),
        "acknowledged_at": None,
        "fix_by": after(limits.fix),
        "assigned_by_id": OFFICER,
    }
    return Watched(**{**start, **given})


def acknowledged(severity="S3", **given):
    return finding(severity, acknowledged_at=after(1), **given)


def told(one, minutes, recorded=(), people=PEOPLE, ladder=None):
    """{about: who} that is told at so many minutes past nine."""
    ladder = ladder or LADDERS[one.severity]
    found = {}
    for each in rules.tellings(one, ladder, people, recorded, after(minutes)):
        if each.is_told:
            found.setdefault(each.about, []).append(each.user_id)
    return found


def story(one, minutes, people=PEOPLE):
    """(minute, about, who) as it is told when somebody looks at these minutes."""
    recorded, heard = set(), []
    for minute in minutes:
        news = list(
            rules.tellings(one, LADDERS[one.severity], people, recorded, after(minute))
        )
        recorded |= {(each.user_id, each.about) for each in news}
        told_now = {}
        for each in news:
            if each.is_told:
                told_now.setdefault(each.about, []).append(each.user_id)
        heard += [(minute, about, sorted(who)) for about, who in told_now.items()]
    return heard


# -- The ladder of each severity


def test_danger_to_people_climbs_within_minutes():
    assert story(finding("S1"), range(21)) == [
        (0, "opened", [SUPERVISOR]),
        (0, "assigned", [CLEANER, CLEANER2]),
        (5, "acknowledge_5_min", [MANAGER]),
        (15, "acknowledge_15_min", [MANAGER]),
    ]


def test_what_affects_trading_reaches_the_supervisor_and_then_the_manager():
    assert story(finding("S2"), range(0, 7 * 60)) == [
        (0, "assigned", [CLEANER, CLEANER2]),
        (15, "acknowledge_100", [SUPERVISOR]),
        (120, "acknowledge_120_min", [MANAGER]),
        (180, "fix_50", [CLEANER, CLEANER2]),
        (288, "fix_80", [SUPERVISOR, CLEANER, CLEANER2]),
        (360, "fix_100", [SUPERVISOR, MANAGER]),
    ]


def test_a_standard_defect_reaches_the_supervisor_at_its_limits_only():
    heard = story(acknowledged("S3"), range(0, 30 * 60, 30))
    assert heard == [
        (0, "assigned", [CLEANER, CLEANER2]),
        (720, "fix_50", [CLEANER, CLEANER2]),
        (1170, "fix_80", [CLEANER, CLEANER2]),
        (1440, "fix_100", [SUPERVISOR]),
    ]
    assert told(finding("S3"), 60)["acknowledge_100"] == [SUPERVISOR]


def test_a_cosmetic_one_troubles_no_leader_by_itself():
    heard = story(finding("S4"), range(0, 100 * 60, 60))
    assert {user for *_, who in heard for user in who} == {CLEANER, CLEANER2}
    assert [about for _, about, _ in heard] == ["assigned", "fix_50", "fix_80"]


@pytest.mark.parametrize("severity", LADDERS)
def test_every_line_of_the_ladder_can_be_read(severity):
    assert problems_of({severity: LADDERS[severity]}) == []


# -- How the finding stands


@pytest.mark.parametrize("state", ["verified", "fixed_on_spot", "void"])
def test_a_closed_finding_tells_nobody(state):
    assert told(finding("S1", state=state), 1000) == {}


def test_an_acknowledged_finding_is_not_escalated_for_acknowledgement():
    abouts = {about for _, about, _ in story(acknowledged("S1"), range(60))}
    assert abouts == {"opened", "assigned"}


def test_a_finding_fixed_in_time_is_not_overdue_while_it_waits_for_the_re_check():
    assert told(acknowledged("S3", state="fixed"), 10_000) == {}
    assert told(acknowledged("S3", state="rejected"), 10_000)


def test_the_clock_stands_still_while_it_waits():
    assert told(acknowledged("S2", state="waiting"), 10_000) == {}


def test_a_pause_moves_each_share_of_the_limit_by_its_length():
    paused = acknowledged("S2", fix_by=after(360 + 100), paused=timedelta(minutes=100))
    assert rules.due_at("fix_50", paused) == after(180 + 100)
    assert rules.due_at("fix_80", paused) == after(288 + 100)
    assert rules.due_at("fix_100", paused) == after(360 + 100)
    assert rules.due_at("fix_240_min", paused) == after(240 + 100)


def test_a_limit_set_by_hand_has_its_own_shares():
    later = acknowledged("S2", fix_by=after(1000))
    assert rules.due_at("fix_50", later) == after(500)
    assert rules.due_at("fix_150", later) == after(1500)


def test_without_a_limit_nothing_falls_due():
    free = finding("S2", acknowledge_by=None, fix_by=None, team=None)
    assert told(free, 10_000) == {}


def test_a_limit_in_the_past_is_overdue_at_once():
    gone = acknowledged("S3", fix_by=NINE, paused=timedelta(hours=1))
    assert rules.due_at("fix_50", gone) == NINE


# -- Who


def test_an_assigned_finding_tells_the_person_not_the_whole_team():
    own = acknowledged(
        team="engineering", assignee_id=ENGINEER, assigned_at=after(10),
        assigned_by_id=SUPERVISOR,
    )  # fmt: skip
    assert told(own, 20) == {"assigned": [ENGINEER]}
    assert told(own, 730) == {"fix_50": [ENGINEER]}


def test_who_assigned_it_to_themselves_needs_no_telling():
    own = acknowledged(
        team=None, assignee_id=SUPERVISOR, assigned_at=after(10),
        assigned_by_id=SUPERVISOR,
    )  # fmt: skip
    assert told(own, 20) == {}


def test_who_found_it_is_not_told_that_it_is_there():
    assert "opened" not in told(finding("S1", opened_by_id=SUPERVISOR), 1)


def test_an_assignee_who_left_is_replaced_by_the_team():
    gone = acknowledged(assignee_id=999, team="cleaning")
    assert told(gone, 720) == {"fix_50": [CLEANER, CLEANER2]}


def test_what_nobody_is_there_to_do_reaches_the_next_one_up():
    without = [one for one in PEOPLE if one.team != "cleaning"]
    assert told(acknowledged(), 0, people=without) == {}
    assert told(acknowledged(), 720, people=without) == {"fix_50": [SUPERVISOR]}
    alone = [one for one in without if one.role != "supervisor"]
    assert told(acknowledged(), 1440, people=alone) == {"fix_100": [MANAGER]}
    assert told(finding("S4"), 10_000, people=without) == {}


def test_a_supervisor_given_a_finding_late_is_told_though_an_escalation_came_before():
    late = acknowledged(
        "S2", assignee_id=SUPERVISOR, assigned_at=after(300), assigned_by_id=MANAGER
    )
    before = {(SUPERVISOR, "fix_80"), (SUPERVISOR, "acknowledge_100")}
    assert told(late, 301, before) == {"assigned": [SUPERVISOR]}


def test_somebody_who_joined_the_team_late_hears_of_the_last_step_only():
    recorded = {(CLEANER, "assigned"), (CLEANER, "fix_50"), (CLEANER2, "assigned")}
    assert told(acknowledged(), 800, recorded) == {"fix_50": [CLEANER2]}


# -- Downtime


def test_after_downtime_only_the_last_step_is_told_and_the_others_are_passed_over():
    found = list(
        rules.tellings(finding("S2"), LADDERS["S2"], PEOPLE, set(), after(5000))
    )
    by_person = {}
    for one in found:
        by_person.setdefault(one.user_id, {})[one.about] = one.is_told
    assert by_person[SUPERVISOR] == {
        "acknowledge_100": False, "fix_80": False, "fix_100": True,
    }  # fmt: skip
    assert by_person[CLEANER] == {"assigned": False, "fix_50": False, "fix_80": True}
    recorded = {(one.user_id, one.about) for one in found}
    assert told(finding("S2"), 5001, recorded) == {}


moments = st.integers(0, 6000)
STANDS = st.builds(
    finding,
    severity=st.sampled_from(sorted(LADDERS)),
    state=st.sampled_from(["open", "assigned", "in_progress", "rejected"]),
    team=st.sampled_from([None, "cleaning", "engineering", "gone"]),
    assignee_id=st.sampled_from([None, CLEANER, SUPERVISOR, 999]),
    acknowledged_at=st.none() | moments.map(after),
    fix_by=moments.map(after),
    paused=st.integers(0, 300).map(lambda minutes: timedelta(minutes=minutes)),
    assigned_at=st.none() | moments.map(after),
    assigned_by_id=st.sampled_from([None, OFFICER, MANAGER]),
)
RUNS = st.sampled_from(
    [range(601), range(0, 6001, 60), range(3, 6001, 1440), [6000], [0, 6000]]
) | st.lists(moments, min_size=1, max_size=30).map(sorted)


@settings(deadline=None)
@given(one=STANDS, runs=RUNS)
def test_however_often_one_looks_nothing_is_told_twice_and_the_last_step_is(one, runs):
    ladder, recorded, heard = LADDERS[one.severity], set(), {}
    for minute in runs:
        for each in rules.tellings(one, ladder, PEOPLE, recorded, after(minute)):
            assert (each.user_id, each.about) not in recorded
            recorded.add((each.user_id, each.about))
            if each.is_told:
                heard.setdefault(each.user_id, []).append(each)
    wanted = rules._by_person(one, ladder, PEOPLE, after(runs[-1]))
    assert set(heard) == set(wanted)
    for user_id, steps in wanted.items():
        assert heard[user_id][-1].about == steps[-1].about
        dues = [each.due_at for each in heard[user_id]]
        assert all(first <= second for first, second in pairwise(dues))


# -- What a mall sets itself


def test_a_mall_may_have_a_ladder_of_its_own():
    own = {"S3": {"acknowledge_50": ["officer"], "fix_30_min": ["manager"]}}
    ladders = ladders_of({"escalation": own})
    assert ladders["S2"] is LADDERS["S2"]
    assert problems_of(own) == []
    assert told(finding(), 45, ladder=ladders["S3"]) == {
        "acknowledge_50": [OFFICER], "fix_30_min": [MANAGER],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"S5": {}}, "'S5'"),
        ({"S1": {"acknowledge": ["manager"]}}, "'acknowledge'"),
        ({"S1": {"fix_0": ["manager"]}}, "'fix_0'"),
        ({"S1": {"fix_100": ["mayor"]}}, "'mayor'"),
        ({"S4": {"weekly": ["doers"]}}, "'doers'"),
    ],
)
def test_a_ladder_nobody_can_act_upon_is_named(own, says):
    (problem,) = problems_of(own)
    assert says in problem


def test_a_ladder_that_says_nothing_to_anybody_tells_nobody():
    assert told(finding("S1"), 1000, ladder={"unreadable": TOLD}) == {}
    assert not STEP.fullmatch("unreadable")


# -- The weekly list

SHANGHAI = ("Asia/Shanghai", time(5))
MONDAY = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # 05:00 on Monday the 23rd there


def listed(findings, now=MONDAY, recorded=()):
    week = rules.week_of(now, *SHANGHAI)
    return [
        (one.user_id, one.about, *one.subject)
        for one in rules.weekly_tellings(findings, LADDERS, PEOPLE, recorded, week)
    ]


def test_the_week_begins_with_the_malls_own_monday():
    assert rules.week_of(MONDAY, *SHANGHAI) == ("2026-W48", MONDAY)
    before = MONDAY - timedelta(seconds=1)
    name, begins_at = rules.week_of(before, *SHANGHAI)
    assert (name, begins_at) == ("2026-W47", MONDAY - timedelta(days=7))


def test_the_list_is_one_line_a_week_for_all_cosmetic_findings():
    three = [finding("S4", id=str(number)) for number in range(3)]
    assert listed(three) == [(SUPERVISOR, "weekly_S4_2026-W48", "list", "")]
    assert listed(three, recorded={(SUPERVISOR, "weekly_S4_2026-W48")}) == []


def test_what_was_found_after_monday_is_for_the_next_list():
    tuesday = MONDAY + timedelta(days=1)
    assert listed([finding("S4", opened_at=tuesday)], tuesday) == []
    assert listed([finding("S3")]) == []


# -- E-mail


def test_an_address_that_fails_is_left_alone_longer_and_longer():
    waits = [rules.wait_after(failures).seconds // 60 for failures in range(1, 10)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert rules.wait_after(10_000) == timedelta(hours=1)
