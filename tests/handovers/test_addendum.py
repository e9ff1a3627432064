"""What arrives after a signature: flagged, listed apart, the signed page unchanged."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import addendum, queries, rules
from mallops.handovers.models import Handover
from mallops.places.queries import find_mall
from mallops.shifts.queries import find_shift
from tests.handovers.conftest import EARLY, LATE, Hand, as_shown, finding, stored, to
from tests.support import builders


def signed_of(shift_id=EARLY):
    """Mall, the version that counts, and since when its window is, for the addendum."""
    mall = find_mall("demo")
    stories, since = queries.stories_and_windows(mall, [find_shift(mall, shift_id)])
    return mall, stories[shift_id].current, since[shift_id]


def texts_late(shift_id=EARLY):
    """What the addendum of a shift lists, by the words of the notes."""
    return [one.line.summary["text"] for one in addendum.addendum(*signed_of(shift_id))]


def covered_by(shift_id):
    """The ids of the entries that the signed handover of a shift covers."""
    _mall, signed, _since = signed_of(shift_id)
    shot = queries.signed_body(signed)["snapshot"]
    return {one.partition(" ")[0] for one in shot["covered"]}


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
    mall, signed, since = signed_of()
    found = addendum.addendum(mall, signed, since)
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
    assert addendum.addendum(*signed_of()) == []


def test_what_came_between_the_look_and_the_signature_is_listed_too(going, own, clock):
    clock.move(hours=4)
    seen = going.look()
    (result,) = own.hand_in(own.note("meanwhile"))
    assert result["receipt"]["flags"] == []
    clock.move(hours=1)
    going.hand_in(going.sign(seen))
    assert len(addendum.addendum(*signed_of())) == 1


def test_older_entries_behind_the_signature_in_its_own_batch_are_late(going, clock):
    older = going.phone.note("older")
    clock.move(hours=5)
    results = going.hand_in(going.sign(), older, going.phone.note("newer"))
    assert [result["receipt"]["flags"] for result in results] == [
        [],
        ["after_sign_off"],
        [],
    ]


@pytest.mark.parametrize("days", [3, 30])
def test_a_phone_that_returns_after_days_is_flagged_and_kept(
    going, own, people, phone, clock, days
):
    late = own.note("days in a drawer")
    clock.move(hours=5)
    going.hand_in(going.sign())
    clock.move(days=days)
    (result,) = phone(people.officer, install=own.install).hand_in(late)
    assert (result["status"], result["receipt"]["flags"]) == (
        "accepted",
        ["after_sign_off"],
    )
    mall, signed, since = signed_of()
    counts = addendum.counts(mall, [signed], {signed.shift: since})
    assert counts[signed.id] == addendum.Count(1, 0)


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


# -- From one handover to the next ----------------------------------------------------


def test_what_follows_an_early_signature_is_in_the_next_handover(
    going, coming, own, clock
):
    to(clock, 14, 50)
    own.hand_in(before := own.note("before"))
    clock.move(seconds=10)
    going.hand_in(going.sign())
    to(clock, 14, 55)
    own.hand_in(after := own.note("after"))
    to(clock, 22)
    own.hand_in(later := own.note("later"))
    shown = coming.look()
    assert shown["snapshot"]["covers_from"] == "2026-11-21T14:50:10+08:00"
    clock.move(minutes=1)
    coming.hand_in(coming.sign(shown))
    assert covered_by(EARLY) == {before["id"]}
    assert covered_by(LATE) == {after["id"], later["id"]}
    assert texts_late(EARLY) == texts_late(LATE) == []


def test_what_precedes_a_late_signature_is_covered_once(going, coming, own, clock):
    to(clock, 15, 20)
    own.hand_in(of_early := own.note("the last of it"))
    to(clock, 15, 40)  # the late shift runs already
    own.hand_in(of_late := own.note("the first of it"))
    going.hand_in(going.sign())
    to(clock, 22)
    coming.hand_in(coming.sign())
    assert covered_by(EARLY) == {of_early["id"]}
    assert covered_by(LATE) == {of_late["id"]}


def test_an_early_signature_that_arrives_after_the_next_leaves_no_hole(
    going, coming, own, clock
):
    to(clock, 14, 50)
    unsent = going.sign()
    to(clock, 14, 55)
    own.hand_in(own.note("between"))
    to(clock, 20)
    own.hand_in(later := own.note("later"))
    to(clock, 22)
    coming.hand_in(coming.sign())
    # Nobody had signed before: what lies between was the early shift's.
    assert covered_by(LATE) == {later["id"]}
    going.hand_in(unsent)
    assert texts_late(EARLY) == []
    assert texts_late(LATE) == ["between"]


def test_signed_again_it_covers_more_and_the_next_one_less(going, coming, own, clock):
    to(clock, 14, 50)
    going.hand_in(going.sign())
    coming.hand_in(coming.refuse(going.look()))
    to(clock, 14, 55)
    late = own.note("unsent")
    to(clock, 15, 5)
    going.hand_in(going.sign(going.look(), remarks="again"))
    own.hand_in(late)
    assert texts_late(EARLY) == ["unsent"]
    to(clock, 22)
    assert coming.look("outgoing")["snapshot"]["covered"] == []


def test_one_that_was_signed_before_windows_were_kept_stays_as_it_was(
    going, coming, own, clock
):
    """Its snapshot names none, and its digest is still the one it was."""
    to(clock, 14, 50)
    going.hand_in(going.sign())
    to(clock, 14, 55)
    own.hand_in(own.note("between"))
    to(clock, 22)
    shown = coming.look()
    older = {k: v for k, v in shown["snapshot"].items() if k != "covers_from"}
    older |= {"covered": [], "through": 0}
    shown = as_shown(shown, older)
    (result,) = coming.hand_in(coming.sign(shown))
    assert result["status"] == "accepted"
    _mall, signed, _since = signed_of(LATE)
    assert (signed.covers_from, signed.digest) == (None, shown["digest"])
    assert texts_late(LATE) == []
