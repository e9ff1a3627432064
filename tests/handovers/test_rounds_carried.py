"""Rounds still due at a signature: the next handover tells how they went."""

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.handovers.models import Handover
from mallops.ledger.rebuild import rebuild
from mallops.shifts.queries import find_shift
from tests.handovers.conftest import EARLY, LATE, Hand, as_shown, to
from tests.support import builders

ROUND = "opening.L1-A.20261121.1440"  # over at 15:40, ten minutes into the late shift


@pytest.fixture
def planned(mall):
    return builders.make_plan(mall, starts=["14:40"])


def heard(*phones):
    """Whose phone was heard of holds no round that nobody knows of."""
    for phone in phones:
        phone.get(f"/sync/session?install={phone.install}")


def rounds(shown):
    return shown["snapshot"]["rounds"]


def lines(shown):
    return [line for line in shown["lines"] if line["kind"] == "round"]


def kept(shift):
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Handover).filter_by(shift=shift))
    return [(one.still_due, one.carried) for one in rows]


def test_one_missed_after_an_early_signature_is_the_next_handovers(
    going, coming, people, phone, own, planned, clock
):
    to(clock, 15)
    shown = going.look()
    assert (rounds(shown)["still_due"], rounds(shown)["carried"]) == ([ROUND], [])
    going.hand_in(going.sign(shown))
    to(clock, 16)
    heard(own, phone(people.officer2))
    late = coming.look()
    told = rounds(late)
    assert (told["planned"], told["missed"], told["carried"]) == (1, 1, [ROUND])
    (line,) = lines(late)
    assert line["key"] == f"round:{ROUND}"
    assert line["detail"].endswith("Missed · still due when the shift before signed")
    (result,) = coming.hand_in(coming.sign(late))
    assert result["receipt"]["flags"] == ["incomplete"]  # it wants a reason
    assert (kept(EARLY), kept(LATE)) == ([([ROUND], [])], [([], [ROUND])])
    night = Hand(phone(people.manager))
    to(clock, 24)
    assert rounds(night.look())["planned"] == 0  # told once, and for good
    before = kept(EARLY) + kept(LATE)
    rebuild()
    db.session.commit()
    assert kept(EARLY) + kept(LATE) == before


def test_one_walked_after_an_early_signature_is_done_in_the_next_handover(
    going, coming, own, planned, clock
):
    to(clock, 14, 45)
    going.hand_in(going.sign())
    to(clock, 15)
    own.hand_in(own.inspection(body={"round": ROUND}))
    to(clock, 15, 35)
    late = rounds(coming.look())
    assert (late["planned"], late["done"] + late["late"], late["carried"]) == (
        1, 1, [ROUND],
    )  # fmt: skip


def test_one_that_was_over_when_it_was_signed_stays_with_its_shift(
    going, coming, own, planned, clock
):
    to(clock, 15)
    own.hand_in(own.inspection(body={"round": ROUND}))
    going.hand_in(going.sign())
    assert kept(EARLY) == [([], [])]
    to(clock, 16)
    assert rounds(coming.look())["planned"] == 0


def test_one_signed_for_again_once_it_is_missed_is_not_carried(
    going, coming, own, planned, clock
):
    to(clock, 15)
    going.hand_in(going.sign())
    clock.move(minutes=1)
    coming.hand_in(coming.refuse())
    to(clock, 16)
    heard(own)
    again = going.look()
    assert rounds(again)["missed"] + rounds(again)["unknown"] == 1
    assert rounds(coming.look())["carried"] == [ROUND]
    going.hand_in(going.sign(again))
    assert rounds(coming.look())["carried"] == []


def test_an_early_signature_that_arrives_after_the_next_leaves_it_to_the_one_after(
    going, coming, people, phone, planned, clock
):
    to(clock, 15)
    sealed = going.sign()
    to(clock, 22, 50)
    assert rounds(coming.look())["carried"] == []
    coming.hand_in(coming.sign())
    going.hand_in(sealed)
    to(clock, 23, 30)
    night = rounds(Hand(phone(people.manager)).look())
    assert (night["planned"], night["carried"]) == (1, [ROUND])


def test_invented_rounds_and_those_of_other_teams_are_not_carried(
    people, coming, phone, going, mall, planned, clock
):
    builders.make_plan(mall, code="wc", checklist="hygiene", places=["L1-WC1"],
                       starts=["14:40"], team="cleaning")  # fmt: skip
    cleaners = builders.make_pattern(mall, "late", team="cleaning")
    to(clock, 15)
    shown = going.look()
    told = {**rounds(shown), "still_due": [ROUND, "x", "opening.L9-Z.20261121.1440"]}
    snapshot = {**shown["snapshot"], "rounds": told}
    going.hand_in(going.sign(as_shown(shown, snapshot)))
    assert len(kept(EARLY)) == 1
    to(clock, 16)
    assert rounds(coming.look())["carried"] == [ROUND]
    shift = find_shift(mall, f"cleaning-{cleaners.code}.20261121")
    cleaner = Hand(phone(people.cleaner))
    assert shift is not None
    assert rounds(cleaner.look())["carried"] == []


def test_what_an_older_version_signed_is_shown_and_carries_nothing(
    going, coming, planned, signed_in, people, clock
):
    to(clock, 15)
    shown = going.look()
    older = {
        k: v for k, v in rounds(shown).items() if k not in ("still_due", "carried")
    }
    snapshot = {**shown["snapshot"], "rounds": older}
    (result,) = going.hand_in(going.sign(as_shown(shown, snapshot)))
    assert result["status"] == "accepted"
    to(clock, 16)
    assert rounds(coming.look())["carried"] == []
    page = signed_in(people.manager).get(f"/malls/demo/handovers/{EARLY}")
    assert page.status_code == 200, page.text


def test_the_page_says_what_goes_over_and_what_came_over(
    going, coming, planned, signed_in, people, clock
):
    client = signed_in(people.manager)
    to(clock, 15)
    going.hand_in(going.sign())
    to(clock, 16)
    page = client.get(f"/malls/demo/handovers/{EARLY}").text
    assert "1 was not over yet when this was signed" in page
    page = client.get(f"/malls/demo/handovers/{LATE}").text
    assert "1 of them was still due when the shift before signed." in page


def test_rounds_of_a_time_without_a_shift_are_told_by_the_shift_after_it(
    people, going, mall, clock
):
    """Those at night, where nobody works: the early shift takes them over."""
    pattern = db.session.scalars(
        sa.select(builders.ShiftPattern).filter_by(code="night")
    ).one()
    pattern.last_day = pattern.first_day
    db.session.commit()
    builders.make_plan(mall, starts=["02:00", "10:00"])
    to(clock, 15)
    assert rounds(going.look())["planned"] == 2
