"""A time that cannot be, a word nobody entered: kept, shown, and no case by itself."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.daylog.actions import decide
from mallops.db import db
from mallops.doors.models import DoorDay, DoorSighting
from mallops.ledger.models import Entry, LogLine
from mallops.ledger.rebuild import rebuild
from mallops.places.models import Unit
from tests.support.doors import TODAY, at, look, shop, taken


def stored(sealed):
    db.session.rollback()
    return db.session.get_one(Entry, UUID(sealed["id"]))


def line_of(sealed):
    return db.session.get_one(LogLine, UUID(sealed["id"]))


# -- A time that cannot be


@pytest.mark.parametrize(
    "seen_at",
    [
        "2026-11-11T10:20:00+08:00",  # ten days ago
        "2026-11-20T10:19:00+08:00",
        "2026-11-21T10:26:00+08:00",  # six minutes ahead
        "2027-12-26T10:20:00+08:00",
        "1900-01-01T00:00:00Z",
        "2999-12-31T00:00:00Z",
    ],
)
def test_what_cannot_have_been_seen_then_waits_for_a_supervisor(own, clock, seen_at):
    at(clock, 10, 20)
    (result,) = own.hand_in(sealed := look(own, "not_open", seen_at=seen_at))
    assert result["status"] == "held"
    assert stored(sealed).held_because == "wrong_time"
    assert line_of(sealed).business_day == TODAY  # where a supervisor looks
    assert db.session.scalars(sa.select(DoorDay)).all() == []


@pytest.mark.parametrize("minutes", [-24 * 60, -60, 0, 5])
def test_what_was_typed_a_while_ago_counts(own, clock, minutes):
    at(clock, 10, 20)
    then = clock.now + timedelta(minutes=minutes)
    taken(own, look(own, "not_open", seen_at=then.isoformat()))


def test_neither_does_it_take_a_case_away(own, phone, make_user, mall, clock):
    at(clock, 10, 20)
    taken(own, look(own, "not_open"))
    at(clock, 10, 30, day=TODAY + timedelta(days=2))
    later = phone(make_user(mall))
    later.hand_in(look(later, seen_at="2026-11-21T10:01:00+08:00"))
    assert (shop().state, shop().case) == ("not_open", "late")


@pytest.mark.parametrize(
    ("seen_at", "counts_at"),
    [
        ("2026-11-11T10:20:00+08:00", "2026-11-11 10:20"),
        ("2027-11-11T10:20:00+08:00", "2026-11-21 10:20"),  # nobody sees what is to be
    ],
)
def test_accepted_it_counts_and_never_ahead_of_its_recording(
    own, mall, make_user, clock, seen_at, counts_at
):
    at(clock, 10, 20)
    own.hand_in(sealed := look(own, "not_open", seen_at=seen_at))
    supervisor = make_user(mall, "supervisor")
    decide(mall, UUID(sealed["id"]), "accept", "I was there", supervisor, clock.now)
    db.session.commit()
    (found,) = db.session.scalars(sa.select(DoorSighting)).all()
    told = (found.at + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
    assert (told, found.day.isoformat()) == (counts_at, counts_at[:10])


def test_a_clock_that_is_off_does_not_make_a_time_impossible(own, clock):
    at(clock, 10, 2)
    true = clock.now
    clock.move(days=3)  # what the phone shows
    sealed, sent = look(own), clock.now.isoformat()
    clock.now = true
    (result,) = own.hand_in(sealed, sent_at=sent)
    assert result["receipt"]["flags"] == ["clock_skew"]
    assert shop().state == "on_time"


# -- A word that nobody entered


@pytest.mark.parametrize("status", ["approved_closure", "fitout", "vacant"])
def test_a_word_at_the_door_is_flagged_and_shown_to_a_supervisor(
    own, clock, status, signed_in, make_user, mall
):
    at(clock, 10, 40)
    (result,) = own.hand_in(sealed := look(own, status, note="hoarding is up"))
    assert (result["status"], result["receipt"]["flags"]) == (
        "accepted", ["unconfirmed"],
    )  # fmt: skip
    assert line_of(sealed).problem
    assert (shop().state, shop().contradicted, shop().case) == (status, True, None)
    reader = signed_in(make_user(mall, "supervisor"))
    wall = "/malls/demo/doors/2026-11-21"
    assert "L1-001" in reader.get(f"{wall}?state=opening-unconfirmed").text
    page = reader.get(f"{wall}/L1-001").text
    assert "nothing here says so" in page
    assert "/doors/closures/new?unit=L1-001" in page
    before = [row._asdict() for row in db.session.execute(sa.select(DoorDay.__table__))]
    rebuild()
    db.session.commit()
    after = [row._asdict() for row in db.session.execute(sa.select(DoorDay.__table__))]
    assert (after, line_of(sealed).problem) == (before, True)


def test_it_excuses_no_shop_that_was_seen_closed(own, clock):
    at(clock, 10, 40)
    shown = look(own, "not_open", reason="unknown")
    clock.move(minutes=5)
    taken(own, shown, look(own, "approved_closure"))
    assert (shop().state, shop().case, shop().contradicted) == (
        "not_open", "not_open", True,
    )  # fmt: skip


def test_once_it_is_entered_it_is_no_longer_doubted(own, mall, clock):
    at(clock, 10, 40)
    unit = db.session.scalar(sa.select(Unit).filter_by(no="L1-001"))
    unit.state = "fitout"
    db.session.commit()
    (result,) = own.hand_in(look(own, "not_open"))
    (result,) = own.hand_in(look(own, "fitout"))
    assert result["receipt"]["flags"] == []
    assert (shop().state, shop().contradicted, shop().case) == ("fitout", False, None)
