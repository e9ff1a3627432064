"""What a phone is told of handovers, and what it says back."""

from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from mallops.handovers import rules
from tests.handovers.conftest import EARLY, LATE, Hand, as_shown, finding, stored
from tests.support import builders


def test_the_outgoing_is_shown_what_the_shift_hands_over(going, own, clock):
    own.hand_in(finding(own), own.note("Lift 3 is noisy"))
    shown = going.look()
    snapshot = shown["snapshot"]
    assert shown["shift"]["id"] == EARLY
    assert snapshot["next_shift"]["id"] == LATE
    assert [one["name"] for one in snapshot["people"]["on"]] == ["Going", "Officer"]
    assert [line["kind"] for line in shown["lines"]] == ["finding"]
    assert "Pallet in front of exit 3" in shown["lines"][0]["title"]
    assert snapshot["notes"][0]["text"] == "Lift 3 is noisy"
    assert len(snapshot["covered"]) == 2
    assert shown["digest"] == rules.digest(snapshot)
    assert shown["may"] == {"sign": True, "accept": True}


def test_nothing_new_leaves_the_digest_as_it_was(going, own, clock):
    own.hand_in(finding(own))
    before = going.look()["digest"]
    clock.move(minutes=9)
    assert going.look()["digest"] == before
    own.hand_in(own.note("one more"))
    assert going.look()["digest"] != before


def test_who_comes_is_shown_the_shift_before_already_before_theirs(
    people, phone, clock
):
    coming = Hand(phone(people.officer2))
    assert coming.look("incoming") is None
    clock.move(hours=4)  # 14:00
    shown = coming.look("incoming")
    assert (shown["shift"]["id"], shown["standing"]["state"]) == (EARLY, "open")
    assert shown["may"] == {"sign": False, "accept": True}
    assert coming.look("outgoing") is None


def test_a_leader_who_is_on_no_shift_is_shown_the_one_that_runs(people, phone):
    manager = Hand(phone(people.manager))
    assert manager.look()["shift"]["id"] == EARLY
    assert manager.look()["may"] == {"sign": True, "accept": True}


def test_who_goes_may_still_sign_after_the_shift_is_over(going, clock):
    clock.move(hours=9)  # 19:00
    assert going.look()["shift"]["id"] == EARLY


def test_signed_and_accepted_it_is_closed(going, coming, own, clock):
    own.hand_in(finding(own))
    clock.move(hours=5)
    (signed,) = going.hand_in(going.sign())
    assert signed["status"] == "accepted"
    shown = coming.look("incoming")
    assert shown["standing"]["state"] == "signed"
    assert shown["standing"]["signed_by"]["name"] == "Going"
    (said,) = coming.hand_in(coming.accept(shown))
    assert (said["status"], said["receipt"]["flags"]) == ("accepted", [])
    closed = coming.look("incoming")
    assert closed["standing"]["state"] == "accepted"
    assert closed["may"] == {"sign": False, "accept": False}


def test_two_phones_without_network_sign_crosswise(going, coming, own, clock):
    """Each saw the same and signed; whichever comes in first, both count."""
    own.hand_in(finding(own))
    clock.move(hours=4)
    theirs, mine = coming.look("incoming"), going.look()
    clock.move(hours=1)
    acceptance, signature = coming.accept(theirs), going.sign(mine)
    clock.move(hours=2)
    (said,) = coming.hand_in(acceptance)
    assert said["status"] == "accepted"
    assert coming.look("incoming")["standing"]["state"] == "open"
    assert coming.look("incoming")["standing"]["early"] == 1
    (signed,) = going.hand_in(signature)
    assert signed["status"] == "accepted"
    assert coming.look("incoming")["standing"]["state"] == "accepted"


def test_what_the_incoming_did_not_see_is_asked_again(going, coming, own, clock):
    clock.move(hours=4)
    theirs = coming.look("incoming")
    own.hand_in(found := finding(own))
    clock.move(hours=1)
    going.hand_in(going.sign(remarks="Lift 3 is noisy"))
    (said,) = coming.hand_in(coming.accept(theirs))
    assert said["receipt"]["flags"] == ["other_version"]
    shown = coming.look("incoming")
    assert shown["standing"]["state"] == "signed"
    assert shown["standing"]["unanswered"] == [f"finding:{found['id']}", "text:1"]
    coming.hand_in(coming.accept(shown))
    assert coming.look("incoming")["standing"]["state"] == "accepted"


def test_a_refusal_is_shown_and_a_new_version_may_be_signed(going, coming, own, clock):
    clock.move(hours=5)
    going.hand_in(going.sign())
    coming.hand_in(coming.refuse())
    shown = going.look()
    assert shown["standing"]["state"] == "refused"
    assert shown["standing"]["reason"] == "the float is short"
    assert shown["may"]["sign"]
    own.hand_in(finding(own))
    clock.move(minutes=5)
    going.hand_in(going.sign(going.look()))
    assert coming.look("incoming")["standing"]["state"] == "signed"


def test_missed_words_make_a_signature_incomplete_and_it_counts(
    going, own, mall, clock
):
    builders.make_plan(mall)  # walked at 09:00, by an officer
    clock.move(hours=5)
    own.get(f"/sync/session?install={own.install}")
    going.phone.get(f"/sync/session?install={going.phone.install}")
    shown = going.look()
    keys = [line["key"] for line in shown["lines"] if line["kind"] == "round"]
    assert keys == ["round:opening.L1-A.20261121.0900"]
    (signed,) = going.hand_in(going.sign(shown))
    assert signed["status"] == "accepted"
    missed = shown["snapshot"]["rounds"]["missed"]
    assert signed["receipt"]["flags"] == (["incomplete"] if missed else [])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"digest": "0" * 64}, "digest_mismatch"),
        ({"shift": "early.20991121"}, None),
    ],
)
def test_what_does_not_fit_its_digest_waits_for_a_supervisor(going, given, why):
    (signed,) = going.hand_in(sealed := going.sign(**given))
    if why is None:  # the snapshot is of another shift than the signature says
        assert signed["status"] == "rejected"
    else:
        assert signed["status"] == "held"
        assert stored(UUID(sealed["id"])).held_because == why


def test_who_was_on_neither_shift_is_held(people, phone, going, coming, clock):
    stranger = Hand(phone(people.officer2))
    mine = going.look()
    (signed,) = stranger.hand_in(sealed := stranger.sign(mine))
    assert signed["status"] == "held"
    assert stored(UUID(sealed["id"])).held_because == "not_on_shift"
    outgoing = Hand(phone(people.officer))
    (said,) = outgoing.hand_in(sealed := outgoing.accept(mine))
    assert stored(UUID(sealed["id"])).held_because == "not_on_shift"


def of_a_shift_that_covers(count, shown):
    covered = [f"{uuid4()} {sha256(f'{n}'.encode()).hexdigest()}" for n in range(count)]
    snapshot = {**shown["snapshot"], "covered": covered}
    return as_shown(shown, snapshot)


def test_three_thousand_covered_entries_fit_into_the_signature_of_a_phone(going, clock):
    clock.move(hours=5)
    shown = of_a_shift_that_covers(3300, going.look())
    assert rules.is_for_a_phone(shown["snapshot"])
    reasons = {f"round:{n}": "x" * 60 for n in range(200)}
    (signed,) = going.hand_in(going.sign(shown, remarks="忙" * 4000, reasons=reasons))
    assert signed["status"] == "accepted"


def test_what_does_not_fit_is_signed_at_the_desk_and_says_so(
    going, coming, own, clock, monkeypatch
):
    clock.move(hours=5)
    size = len(rules.canonical(going.look()["snapshot"]))
    monkeypatch.setattr(rules, "MOST_BYTES_ON_A_PHONE", size)
    assert going.look()["may"]["sign"]
    own.hand_in(own.note("one more"))
    shown = going.look()
    assert not shown["may"]["sign"]
    assert "sign it on its page at the desk" in shown["standing"]["state_words"]
    going.hand_in(going.sign(shown))  # as the desk does
    assert coming.look("incoming")["may"]["accept"]


def test_the_same_person_on_both_sides_is_held(going, clock):
    clock.move(hours=5)
    shown = going.look()
    going.hand_in(going.sign(shown))
    (said,) = going.hand_in(sealed := going.accept(shown))
    assert said["status"] == "held"
    assert stored(UUID(sealed["id"])).held_because == "second_person"


def test_where_nobody_is_rostered_anybody_of_the_team_signs(people, phone, clock):
    clock.move(hours=27)  # 13:00 of the next day: the roster ends the day before
    guard = Hand(phone(people.officer2))
    (signed,) = guard.hand_in(guard.sign())
    assert signed["status"] == "accepted"


def test_a_refusal_without_a_reason_cannot_be_read(going, coming):
    (said,) = coming.hand_in(coming.refuse(going.look(), reason=" "))
    assert (said["status"], said["reason"]["code"]) == ("rejected", "unreadable")


@pytest.mark.parametrize("who", ["auditor", "cleaner"])
def test_who_hands_nothing_over_is_told_nothing_of_operations(people, phone, who):
    found = phone(getattr(people, who)).get("/floor/handover").json
    assert found == {"outgoing": None, "incoming": None}


def test_a_team_is_told_of_its_own_shift_only(mall, people, phone, own, clock):
    pattern = builders.make_pattern(mall, "early", "cleaning")
    builders.make_duty(
        pattern, clock.now.date(), people.cleaner, clock.now, is_lead=True
    )
    cleaner = Hand(phone(people.cleaner))
    own.hand_in(finding(own), mine := finding(own, "Spill", team="cleaning"))
    cleaner.hand_in(cleaner.phone.note("ours"))
    shown = cleaner.look()
    assert shown["shift"]["id"] == "cleaning-early.20261121"
    assert [line["key"] for line in shown["lines"]] == [f"finding:{mine['id']}"]
    assert len(shown["snapshot"]["covered"]) == 1


def test_signed_out_is_told_to_sign_in(app):
    response = app.test_client().get("/floor/handover")
    assert (response.status_code, response.json["code"]) == (401, "signed_out")


def test_silence_names_who_was_not_heard_of_and_since_when(going, own, clock):
    assert going.look()["silence"] == []
    clock.move(hours=3)
    going.phone.get(f"/sync/session?install={going.phone.install}")
    (silent,) = going.look()["silence"]
    assert silent["person"]["name"] == "Officer"
    assert silent["silent_since"] == "2026-11-21T10:00:00+08:00"
    own.get(f"/sync/session?install={own.install}")
    assert going.look()["silence"] == []
    own.hand_in(own.note("after a hole", seq=5))
    assert going.look()["silence"][0]["missing"] == 4


def says(own, seq, waiting, oldest_s):
    """What a phone tells of itself at a contact."""
    said = f"seq={seq}&waiting={waiting}&oldest_s={oldest_s}"
    assert own.get(f"/sync/session?install={own.install}&{said}").status_code == 200


def test_a_phone_in_reach_tells_what_is_stuck_on_it(going, own):
    """It is heard of every five minutes, and yet its work does not come."""
    own.hand_in(own.note("arrived"))
    says(own, seq=4, waiting=3, oldest_s=1800)
    (stuck,) = going.look()["silence"]
    assert (stuck["missing"], stuck["waiting"]) == (3, 3)
    assert stuck["silent_since"] is None
    assert stuck["waiting_since"] == "2026-11-21T09:30:00+08:00"
    own.hand_in(*(own.note(str(number)) for number in range(3)))
    assert going.look()["silence"] == [], "what came closes the gap by itself"


def test_an_end_that_was_lost_is_missing_like_a_hole(going, own, phone, people):
    """The site's data was cleared: the install it was is known to have given more."""
    own.hand_in(own.note("arrived"))
    says(own, seq=4, waiting=3, oldest_s=60)
    own.get("/sign-in")
    phone(people.officer)  # the same person on what looks like a new phone
    (lost,) = going.look()["silence"]
    assert (lost["person"]["name"], lost["missing"]) == ("Officer", 3)
