"""The rounds of a day on the database: who walked, who was silent, what counts."""

import itertools
from collections import Counter
from datetime import date, timedelta

import pytest

from mallops.db import db
from mallops.people import phones as installs
from mallops.people.models import Membership
from mallops.rounds.queries import (
    count_rounds,
    find_rounds,
    rounds_of_day,
    silent_phones,
)
from tests.support.builders import make_plan

SATURDAY = date(2026, 11, 21)
ROUND = "opening.L1-A.20261121.0900"


@pytest.fixture
def morning(clock):
    """08:00 in Shanghai, before the opening round's window."""
    clock.move(hours=-2)
    return clock


@pytest.fixture
def plan(mall, morning):
    return make_plan(mall)


@pytest.fixture
def officer(make_user, mall):
    return make_user(mall)


@pytest.fixture
def own(phone, officer, plan):
    return phone(officer)


def states(mall, now, **given):
    """How each round stands; the page's counts and lists must say the same."""
    found = {r.id: r.state for r in rounds_of_day(mall, SATURDAY, now, **given)}
    assert count_rounds(mall, SATURDAY, now) == Counter(found.values())
    for state in set(found.values()):
        some = rounds_of_day(mall, SATURDAY, now, state=state)
        assert [r.id for r in some] == [id_ for id_ in found if found[id_] == state]
    return found


def walked(own, started, finished, **body):
    """An inspection walked for the round, in minutes from now."""
    now = own.clock.now
    times = {
        "started_at": (now + timedelta(minutes=started)).isoformat(),
        "finished_at": (now + timedelta(minutes=finished)).isoformat(),
    }
    recorded_at = now + timedelta(minutes=finished)
    body = {"round": ROUND, **times, **body}
    return own.inspection(body=body, recorded_at=recorded_at)


# -- Missed, unknown, and late arrivals


def test_a_phone_that_was_heard_of_since_has_missed_it(own, mall, clock):
    clock.move(hours=4)
    own.batch()
    assert states(mall, clock.now) == {ROUND: "missed"}


def test_a_phone_in_the_basement_leaves_it_unknown(own, mall, clock):
    clock.move(hours=4)
    assert states(mall, clock.now) == {ROUND: "unknown"}


def test_asking_who_is_signed_in_counts_as_contact(own, mall, clock):
    clock.move(hours=4)
    own.get(f"/sync/session?install={own.install}")
    assert states(mall, clock.now) == {ROUND: "missed"}


def test_one_silent_phone_of_two_leaves_it_unknown(own, phone, make_user, mall, clock):
    colleague = phone(make_user(mall))
    clock.move(hours=4)
    colleague.batch()
    assert states(mall, clock.now) == {ROUND: "unknown"}
    own.batch()
    assert states(mall, clock.now) == {ROUND: "missed"}


def test_a_round_done_in_time_and_sent_next_day_is_done(own, mall, clock):
    clock.move(hours=1.5)
    sealed = walked(own, -30, 0)
    clock.move(hours=14)
    assert states(mall, clock.now) == {ROUND: "unknown"}
    own.hand_in(sealed)
    assert states(mall, clock.now) == {ROUND: "done"}


def test_signing_out_releases_the_phone(own, officer, phone, make_user, mall, clock):
    colleague = phone(make_user(mall))
    installs.release(own.install, officer.id)
    db.session.commit()
    clock.move(hours=4)
    colleague.batch()
    assert states(mall, clock.now) == {ROUND: "missed"}


def test_a_phone_of_another_role_owes_nothing(own, phone, make_user, mall, clock):
    phone(make_user(mall, "supervisor"))
    clock.move(hours=4)
    own.batch()
    assert states(mall, clock.now) == {ROUND: "missed"}


def test_a_phone_of_somebody_who_left_owes_nothing(
    own, phone, make_user, mall, clock
):  # fmt: skip
    former = make_user(mall)
    phone(former)
    membership = db.session.query(Membership).filter_by(user_id=former.id).one()
    membership.ended_at = clock.now + timedelta(minutes=5)
    db.session.commit()
    clock.move(hours=4)
    own.batch()
    assert states(mall, clock.now) == {ROUND: "missed"}


def test_a_team_walks_its_own_rounds(phone, make_user, mall, morning):
    make_plan(mall, code="clean", checklist="hygiene", places=["L1-WC1"],
              team="cleaning")  # fmt: skip
    cleaner = phone(make_user(mall, "team", team="cleaning"))
    phone(make_user(mall, "team", team="engineering"))
    morning.move(hours=4)
    cleaner.batch()
    assert set(states(mall, morning.now).values()) == {"missed"}


def test_silent_phones_are_named(own, phone, make_user, mall, clock):
    colleague = phone(make_user(mall))
    clock.move(hours=4)
    colleague.batch()
    found = [r.round for r in rounds_of_day(mall, SATURDAY, clock.now)]
    silent = silent_phones(mall.id, found, clock.now)
    assert [install.id for install in silent[ROUND]] == [own.install]
    own.batch()
    assert silent_phones(mall.id, found, clock.now)[ROUND] == []


# -- Which walk counts

WALKS = [(60, 90), (60, 100), (100, 170)]  # done, done, late


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_of_several_walks_the_first_to_finish_counts_in_any_order(
    own, mall, clock, order
):
    sealed = [walked(own, *span) for span in WALKS]
    clock.move(hours=5)
    for number in order:
        own.hand_in(sealed[number])
    (round_,) = rounds_of_day(mall, SATURDAY, clock.now)
    assert (round_.state, round_.entry_id) == ("done", sealed[0]["id"])


def test_a_late_walk_does_not_spoil_a_round_done_in_time(own, mall, clock):
    early, late = walked(own, 60, 90), walked(own, 200, 230)
    clock.move(hours=5)
    own.hand_in(late)
    assert states(mall, clock.now) == {ROUND: "late"}
    own.hand_in(early)
    assert states(mall, clock.now) == {ROUND: "done"}


def test_an_aborted_walk_counts_for_nothing(own, mall, clock):
    clock.move(hours=1.5)
    own.hand_in(walked(own, -20, 0, aborted="fire alarm"))
    assert states(mall, clock.now) == {ROUND: "late"}


def test_a_held_walk_counts_for_nothing_yet(own, mall, clock):
    clock.move(hours=1.5)
    sealed = walked(own, -20, 0)
    own.hand_in({**sealed, "binding": None})
    assert states(mall, clock.now) == {ROUND: "late"}


# -- Which rounds there are


def test_rounds_come_in_the_order_of_their_start(mall, morning):
    make_plan(mall, starts=["14:00", "00:30", "09:00"])
    found = rounds_of_day(mall, SATURDAY, morning.now)
    assert [r.id[-4:] for r in found] == ["0900", "1400", "0030"]


def test_a_plan_that_followed_another_does_not_change_the_past(mall, plan, morning):
    plan.valid_to = SATURDAY
    make_plan(mall, starts=["11:00"], valid_from=date(2026, 11, 22))
    sunday = SATURDAY + timedelta(days=1)
    on = [rounds_of_day(mall, day, morning.now) for day in (SATURDAY, sunday)]
    assert [[r.id[-4:] for r in rounds] for rounds in on] == [["0900"], ["1100"]]


def test_a_place_that_does_not_exist_has_no_round(mall, morning):
    make_plan(mall, places=["L9-Z", "L1-A"])
    found = rounds_of_day(mall, SATURDAY, morning.now)
    assert [r.spot.code for r in found] == ["L1-A"]


def test_invented_rounds_are_not_found(mall, plan):
    asked = [ROUND, "opening.L1-B.20261121.0900", "rubbish", "", "\0", "a.b.c.d"]
    assert set(find_rounds(mall, asked)) == {ROUND}


def test_rounds_of_another_mall_are_not_found(mall, plan, make_mall, clock):
    other = make_mall(code="other")
    assert find_rounds(other, [ROUND]) == {}
    assert rounds_of_day(other, SATURDAY, clock.now) == []
