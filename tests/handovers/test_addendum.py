"""What arrives after a signature: flagged, listed apart, the signed page unchanged."""

from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import addendum, queries, rules
from mallops.handovers.models import Handover
from mallops.places.queries import find_mall
from tests.handovers.conftest import EARLY, Hand, finding, stored
from tests.support import builders


def signed_of(shift=EARLY):
    mall = find_mall("demo")
    return mall, queries.story_of(mall.id, shift).current


def test_three_older_entries_after_the_signature_are_an_addendum(going, own, clock):
    """A52: flagged, and the signed body is what it was, byte for byte."""
    own.hand_in(own.note("in time"))
    late = [own.note("one"), own.note("two"), finding(own)]
    clock.move(hours=5)
    going.hand_in(sealed := going.sign())
    before = stored(UUID(sealed["id"])).body
    clock.move(minutes=20)
    for result in own.hand_in(*late):
        assert result["receipt"]["flags"] == ["after_sign_off"]
    mall, signed = signed_of()
    found = addendum.addendum(mall, signed)
    assert {str(one.line.entry_id) for one in found} == {one["id"] for one in late}
    assert stored(UUID(sealed["id"])).body == before
    shot = queries.signed_body(signed)["snapshot"]
    assert rules.digest(shot) == signed.digest
    assert going.look()["late"] == {"entries": 3, "acknowledged": 0}


def test_what_is_recorded_after_the_signature_is_not_late(going, own, clock):
    clock.move(hours=5)
    going.hand_in(going.sign())
    clock.move(minutes=5)
    (result,) = own.hand_in(own.note("a new one"))
    assert result["receipt"]["flags"] == []
    mall, signed = signed_of()
    assert addendum.addendum(mall, signed) == []


def test_what_came_between_the_look_and_the_signature_is_listed_too(going, own, clock):
    clock.move(hours=4)
    seen = going.look()
    (result,) = own.hand_in(own.note("meanwhile"))
    assert result["receipt"]["flags"] == []
    clock.move(hours=1)
    going.hand_in(going.sign(seen))
    mall, signed = signed_of()
    assert len(addendum.addendum(mall, signed)) == 1


def test_older_entries_behind_the_signature_in_its_own_batch_are_late(going, clock):
    older = going.phone.note("older")
    clock.move(hours=5)
    results = going.hand_in(going.sign(), older, going.phone.note("newer"))
    assert [result["receipt"]["flags"] for result in results] == [
        [],
        ["after_sign_off"],
        [],
    ]


def test_a_phone_that_returns_after_three_days_is_flagged_and_kept(
    going, own, people, phone, clock
):
    late = own.note("three days in a drawer")
    clock.move(hours=5)
    going.hand_in(going.sign())
    clock.move(days=3)
    (result,) = phone(people.officer, install=own.install).hand_in(late)
    assert (result["status"], result["receipt"]["flags"]) == (
        "accepted",
        ["after_sign_off"],
    )
    mall, signed = signed_of()
    assert addendum.counts(mall, [signed])[signed.id] == addendum.Count(1, 0)


def test_other_peoples_work_is_not_late_for_a_teams_shift(
    mall, people, phone, own, clock
):
    pattern = builders.make_pattern(mall, "early", "cleaning")
    builders.make_duty(pattern, clock.now.date(), people.cleaner, clock.now)
    cleaner = Hand(phone(people.cleaner))
    theirs, mine = own.note("theirs"), cleaner.phone.note("ours")
    clock.move(hours=5)
    cleaner.hand_in(cleaner.sign())
    assert own.hand_in(theirs)[0]["receipt"]["flags"] == []
    assert cleaner.hand_in(mine)[0]["receipt"]["flags"] == ["after_sign_off"]


def test_watching_takes_one_look_into_the_database_a_batch(own, count_queries):
    own.hand_in(own.note("warm"))
    with count_queries() as statements:
        own.hand_in(*(own.note(f"{number}") for number in range(10)))
    assert sum("FROM handovers" in statement for statement in statements) == 1


def test_every_signature_is_a_row_of_its_own(going, clock):
    going.hand_in(going.sign())
    clock.move(minutes=1)
    going.hand_in(going.sign(going.look(), remarks="again"))
    assert db.session.scalar(sa.select(sa.func.count(Handover.id))) == 2
