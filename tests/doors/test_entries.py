"""Door sightings as they come in: each kept, the day worked out from all that count."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.doors.models import DoorDay, DoorSighting, HoursException
from mallops.ledger.models import LogLine
from mallops.ledger.rebuild import rebuild
from mallops.places.models import Tenancy, TradingHours, Unit
from tests.support.doors import TODAY, at, look, shop, taken


def status_of(phone, sealed):
    (result,) = phone.hand_in(sealed)
    return result["status"]


def test_one_tap_at_ten_opens_the_shop(own, clock):
    at(clock, 10, 2)
    taken(own, look(own))
    assert (shop().state, shop().day, shop().case) == ("on_time", TODAY, None)


def test_seen_closed_and_later_open_is_late_between(own, clock):
    at(clock, 10, 20)
    closed = look(own, "not_open", reason="unknown")
    at(clock, 10, 40)
    taken(own, closed, look(own, "on_time"))
    found = shop()
    assert (found.state, found.least, found.most, found.case) == (
        "late",
        20,
        40,
        "late",
    )


def test_what_comes_two_hours_later_is_judged_by_when_it_was_seen(own, clock):
    at(clock, 10, 2)
    sealed = look(own)
    at(clock, 12, 30)
    taken(own, sealed)
    assert shop().state == "on_time"


def test_a_clock_that_is_47_minutes_fast_makes_nobody_late(own, clock):
    at(clock, 10, 49)  # what the phone shows at 10:02
    sealed, sent = look(own), clock.now.isoformat()
    at(clock, 10, 2)
    (result,) = own.hand_in(sealed, sent_at=sent)
    assert "clock_skew" in result["receipt"]["flags"]
    assert shop().state == "on_time"


def test_the_same_tap_five_times_is_one(own, clock):
    at(clock, 10, 2)
    sealed = look(own)
    for _ in range(5):
        assert status_of(own, sealed) in ("accepted", "duplicate")
    assert len(db.session.scalars(sa.select(DoorSighting)).all()) == 1


def test_two_officers_on_one_floor_both_count(own, phone, make_user, mall, clock):
    other = phone(make_user(mall))
    at(clock, 10, 10)
    closed = look(other, "not_open")
    at(clock, 10, 25)
    taken(own, look(own))
    assert shop().state == "open"
    taken(other, closed)
    assert (shop().state, shop().least, shop().most) == ("late", 10, 25)


def test_a_shop_is_judged_by_its_own_hours(own, mall, clock):
    unit = db.session.scalar(sa.select(Unit).filter_by(no="L1-001"))
    tenancy = db.session.scalar(sa.select(Tenancy).filter_by(unit_id=unit.id))
    own_hours = {"opens_at": time(11), "closes_at": time(20)}
    db.session.add(
        TradingHours(
            mall_id=mall.id, tenant_id=tenancy.tenant_id, weekday=5, **own_hours
        )
    )
    db.session.commit()
    at(clock, 10, 30)
    taken(own, look(own, "not_open"))
    assert shop().state == "closed_before"
    at(clock, 11, 3)
    taken(own, look(own))
    assert shop().state == "on_time"


def test_a_tenant_who_came_this_morning_is_the_one_who_is_judged(own, mall, clock):
    unit = db.session.scalar(sa.select(Unit).filter_by(no="L1-001"))
    before = db.session.scalar(sa.select(Tenancy).filter_by(unit_id=unit.id))
    other = db.session.scalar(sa.select(Tenancy).filter(Tenancy.unit_id != unit.id))
    before.ends_on = TODAY - timedelta(days=1)
    db.session.add(Tenancy(unit_id=unit.id, tenant_id=other.tenant_id, starts_on=TODAY))
    db.session.commit()
    at(clock, 10, 2)
    taken(own, look(own))
    assert shop().tenant_id == other.tenant_id


def test_on_a_holiday_nobody_has_to_open(own, mall, clock):
    db.session.add(
        HoursException(
            mall_id=mall.id, first_day=TODAY, last_day=TODAY, closed=True,
            name={"en": "New Year"},
        )
    )  # fmt: skip
    db.session.commit()
    at(clock, 11, 30)
    taken(own, look(own, "not_open"))
    assert (shop().state, shop().case) == ("closed_day", None)


def test_open_without_anybody_in_it_is_not_open(own, clock):
    at(clock, 10, 40)
    taken(own, look(own, "on_time", staff=0))
    assert (shop().state, shop().case) == ("not_open", "not_open")


def test_a_wrong_tap_is_taken_back_by_who_made_it(own, clock):
    at(clock, 10, 20)
    wrong = look(own, "not_open")
    taken(own, wrong)
    assert shop().case == "late"
    undo = own.seal({"sighting": wrong["id"]}, kind="door_withdrawal")
    taken(own, undo)
    assert db.session.scalars(sa.select(DoorDay)).all() == []
    assert db.session.scalars(sa.select(DoorSighting)).one().withdrawn


def test_a_tap_and_its_undoing_in_one_batch(own, clock):
    at(clock, 10, 20)
    wrong = look(own, "not_open")
    undo = own.seal({"sighting": wrong["id"]}, kind="door_withdrawal")
    taken(own, wrong, undo, look(own))
    assert shop().state == "open"


def test_nobody_takes_back_what_somebody_else_saw(own, phone, make_user, mall, clock):
    other = phone(make_user(mall))
    at(clock, 10, 20)
    wrong = look(own, "not_open")
    taken(own, wrong)
    undo = other.seal({"sighting": wrong["id"]}, kind="door_withdrawal")
    assert status_of(other, undo) == "held"
    assert shop().state == "not_open"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"unit": "L9-999"}, "held"),
        ({"unit": "L1-A"}, "held"),  # a zone has no door of its own
        ({"event": "closing"}, "held"),  # "open on time" at the closing round
        ({"status": "ajar"}, "rejected"),
        ({"how": "guessed"}, "rejected"),
        ({"staff": -1}, "rejected"),
        ({"seen_at": "10:20"}, "rejected"),
    ],
)
def test_what_does_not_fit_is_kept_and_makes_nobody_late(own, clock, given, answer):
    at(clock, 10, 20)
    assert status_of(own, look(own, **given)) == answer
    assert db.session.scalars(sa.select(DoorDay)).all() == []


def test_the_lock_up_after_midnight_belongs_to_the_evening(own, clock):
    clock.now = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)  # 00:30 on Sunday
    taken(own, look(own, "closed", event="closing"))
    assert (shop("closing").day, shop("closing").most) == (TODAY, 150)


def test_the_log_and_the_entry_say_what_was_seen(
    own, signed_in, make_user, mall, clock
):
    at(clock, 10, 40)
    wrong = look(own, "late", how="bulk", reason="staff_late", lights=False)
    undo = own.seal({"sighting": wrong["id"], "reason": "slip"}, kind="door_withdrawal")
    taken(own, wrong, undo)
    reader = signed_in(make_user(mall, "manager"))
    log = reader.get("/malls/demo/log/2026-11-21").text
    assert "L1-001, Opening: open, late (marked with its zone)" in log
    page = reader.get(f"/malls/demo/entries/{wrong['id']}").text
    assert "staff late" in page
    page = reader.get(f"/malls/demo/entries/{undo['id']}").text
    assert f"/malls/demo/entries/{wrong['id']}" in page


def days():
    db.session.rollback()
    return [str(row._asdict()) for row in db.session.execute(sa.select(
        DoorDay.__table__).order_by(DoorDay.unit_id, DoorDay.event))]  # fmt: skip


def test_rebuilding_gives_the_same_days(own, clock):
    at(clock, 10, 8)
    wrong = look(own, "not_open", unit="L1-002")
    taken(own, look(own, "not_open"), wrong)
    at(clock, 10, 30)
    taken(own, look(own), own.seal({"sighting": wrong["id"]}, kind="door_withdrawal"))
    taken(own, look(own, unit="L1-003", how="bulk"))
    before = days()
    rebuild()
    db.session.commit()
    assert days() == before
    assert len(before) == 2


@pytest.mark.parametrize(
    ("hours", "minutes", "is_problem"), [(8, 48, False), (10, 5, False), (10, 6, True)]
)
def test_a_closed_door_is_a_problem_only_after_its_hour(
    own, clock, hours, minutes, is_problem
):
    at(clock, hours, minutes)
    taken(own, sealed := look(own, "not_open"))
    for _ in range(2):
        db.session.rollback()
        line = db.session.get_one(LogLine, UUID(sealed["id"]))
        assert line.problem is is_problem
        rebuild()
        db.session.commit()


def test_what_is_wrong_at_a_door_before_its_hour_is_a_problem(own, clock):
    at(clock, 8, 48)
    taken(own, sealed := look(own, "not_open", tidy=False))
    assert db.session.get_one(LogLine, UUID(sealed["id"])).problem
