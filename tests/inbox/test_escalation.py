"""Findings that run out of time reach their people, once, on both engines."""

import pytest
import sqlalchemy as sa

from mallops import create_app
from mallops.db import db
from mallops.inbox import tasks
from mallops.inbox.models import InboxItem
from mallops.people.models import Membership
from tests.inbox.conftest import get, inbox_of
from tests.ledger.test_at_once import at_once


def test_danger_to_people_is_told_at_once_and_then_upwards(
    people, found, escalate, clock
):
    found("S1")
    escalate()
    assert inbox_of(people.supervisor) == ["opened"]
    assert inbox_of(people.cleaner) == ["assigned"]
    assert inbox_of(people.manager) == inbox_of(people.officer) == []
    clock.move(minutes=5)
    escalate()
    assert inbox_of(people.manager) == ["acknowledge_5_min"]


def test_an_acknowledgement_stops_the_escalation_for_it(
    people, found, take, escalate, clock
):
    finding = found("S2")
    clock.move(minutes=10)
    take("cleaner", finding, "acknowledge")
    clock.move(minutes=10)
    escalate()
    assert inbox_of(people.supervisor) == []


def test_a_closed_finding_tells_nobody(people, found, take, escalate, clock):
    finding = found("S1")
    take("cleaner", finding, "fix")
    clock.move(minutes=1)
    take("supervisor", finding, "verify")
    clock.move(days=1)
    assert escalate() == 0


def test_waiting_stops_the_clock_and_moves_what_is_due(
    people, found, take, escalate, clock
):
    finding = found("S2")
    take("cleaner", finding, "start")
    clock.move(minutes=60)
    take("cleaner", finding, "wait", waiting_for="part", text="No mop")
    clock.move(minutes=600)
    escalate()
    assert inbox_of(people.cleaner) == []
    take("cleaner", finding, "start")
    clock.move(minutes=119)
    escalate()
    assert inbox_of(people.cleaner) == ["assigned"]
    clock.move(minutes=2)
    escalate()
    assert inbox_of(people.cleaner) == ["assigned", "fix_50"]
    clock.move(minutes=180)
    escalate()
    assert inbox_of(people.manager) == ["fix_100"]


def test_an_assignment_tells_the_person_it_is_for(
    people, found, take, escalate, clock, mall, make_user
):
    engineer = make_user(mall, "team", username="engineer", team="engineering")
    finding = found("S3")
    escalate()
    clock.move(minutes=5)
    take("supervisor", finding, "assign", team="engineering", person=engineer.id)
    escalate()
    assert inbox_of(engineer) == ["assigned"]
    assert get(finding).assignee_id == engineer.id


def test_nothing_is_told_twice_however_often_one_looks(people, found, escalate, clock):
    found("S2")
    for _ in range(40):
        escalate()
        clock.move(minutes=10)
    for person in people:
        told = inbox_of(person)
        assert len(told) == len(set(told))
    assert inbox_of(people.manager) == ["acknowledge_120_min", "fix_100"]
    assert inbox_of(people.manager, told=False) == []


def test_after_a_day_of_downtime_each_person_hears_of_the_last_step_only(
    people, found, escalate, clock
):
    for number in range(3):
        found("S2", f"Leak {number}")
    clock.move(days=1)
    assert escalate() == 9
    assert inbox_of(people.supervisor) == ["fix_100"] * 3
    assert inbox_of(people.cleaner) == ["fix_80"] * 3
    passed_over = inbox_of(people.supervisor, told=False)
    assert sorted(passed_over) == sorted(["acknowledge_100", "fix_80"] * 3)
    assert escalate() == 0


def test_much_news_is_written_in_parts(people, found, escalate, clock, monkeypatch):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    for number in range(3):
        found("S2", f"Leak {number}")
    clock.move(days=1)
    assert escalate() == 9
    assert inbox_of(people.cleaner) == ["fix_80"] * 3


def test_people_without_business_here_are_not_told(
    people, found, escalate, clock, make_mall, make_user
):
    elsewhere = make_user(make_mall(code="other"), "supervisor")
    people.supervisor.disabled_at = clock.now
    db.session.execute(
        sa.update(Membership)
        .where(Membership.user_id == people.cleaner.id)
        .values(ended_at=clock.now)
    )
    db.session.commit()
    found("S1")
    escalate()
    assert inbox_of(people.supervisor) == inbox_of(people.cleaner) == []
    assert inbox_of(elsewhere) == []
    assert inbox_of(people.manager) == ["opened"]


def test_the_cosmetic_ones_stand_on_the_weekly_list(people, found, escalate, clock):
    for number in range(5):
        found("S4", f"Scratch {number}")
    escalate()
    assert inbox_of(people.supervisor) == []
    clock.move(days=2)
    escalate()
    escalate()
    assert inbox_of(people.supervisor) == ["weekly_S4_2026-W48"]
    clock.move(days=7)
    escalate()
    assert inbox_of(people.supervisor) == ["weekly_S4_2026-W48", "weekly_S4_2026-W49"]


def test_a_mall_may_have_a_ladder_of_its_own(people, found, escalate, clock, mall):
    own = {"S3": {"acknowledge_10_min": ["officer", "manager"]}}
    mall.settings = {**mall.settings, "escalation": own}
    db.session.commit()
    found("S3")
    clock.move(minutes=10)
    assert escalate() == 2
    assert inbox_of(people.manager) == ["acknowledge_10_min"]


def test_a_mall_with_a_broken_ladder_does_not_silence_the_others(
    people, found, escalate, mall, make_mall, make_user, phone, caplog
):
    other = make_mall(code="other")
    theirs, own = make_user(other, "supervisor"), phone(make_user(other))
    body = {"place": "L1-A", "category": "other", "severity": "S1", "text": "Smoke"}
    own.hand_in(own.seal(body, kind="finding"))
    found("S1")
    mall.settings = {"escalation": {"S1": 7}}
    db.session.commit()
    escalate()
    assert inbox_of(people.supervisor) == []
    assert inbox_of(theirs) == ["opened"]
    assert "cannot escalate in demo" in caplog.text


def test_rebuilding_the_findings_keeps_the_inbox_and_tells_nothing_again(
    people, found, escalate, clock
):
    from mallops.ledger.rebuild import rebuild

    found("S1")
    escalate()
    before = inbox_of(people.supervisor)
    rebuild()
    db.session.commit()
    assert escalate() == 0
    assert inbox_of(people.supervisor) == before == ["opened"]


@pytest.fixture
def workers(settings, clock, app):
    """Apps of their own on one database, as several processes are."""
    made = [create_app(settings, clock=clock, TESTING=True) for _ in range(4)]
    yield made
    for one in made:
        with one.app_context():
            db.engine.dispose()


def test_workers_that_run_at_the_same_moment_tell_everything_once(
    people, found, workers, clock
):
    for number in range(20):
        found("S2", f"Leak {number}")
    clock.move(minutes=200)

    def work(app):
        def run():
            with app.app_context():
                return tasks.escalate(clock.now)

        return run

    told = at_once(*(work(app) for app in workers))
    assert sum(told) == 3 * 20
    db.session.rollback()
    items = db.session.scalars(sa.select(InboxItem)).all()
    keys = [(one.user_id, one.subject_id, one.about) for one in items]
    assert len(keys) == len(set(keys))
    assert inbox_of(people.manager) == ["acknowledge_120_min"] * 20
