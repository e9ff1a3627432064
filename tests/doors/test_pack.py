"""What the walk pack says of doors: hours out of the usual, what was seen, to whom."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from mallops.db import db
from mallops.doors.models import HoursException
from mallops.places.models import Tenancy, TradingHours, Unit

TODAY = date(2026, 11, 21)
USUAL = ("2026-11-21T10:00:00+08:00", "2026-11-21T22:00:00+08:00")


@pytest.fixture
def mall(make_mall):
    """Open from 10:00 to 22:00 every day."""
    mall = make_mall(code="demo")
    for weekday in range(7):
        db.session.add(
            TradingHours(
                mall_id=mall.id, weekday=weekday,
                opens_at=time(10), closes_at=time(22),
            )
        )  # fmt: skip
    db.session.commit()
    return mall


def unit(no):
    return db.session.query(Unit).filter_by(no=no).one()


def tenant_of(no):
    held = db.session.query(Tenancy).filter_by(unit_id=unit(no).id)
    return held.one().tenant_id


@pytest.fixture
def doors(signed_in):
    def doors(user):
        return signed_in(user).get("/floor/pack").json.get("doors")

    return doors


def look(phone, unit, status="on_time", **body):
    seen_at = phone.clock.now.isoformat()
    content = {"unit": unit, "event": "opening", "status": status, "seen_at": seen_at}
    return phone.seal(content | body, kind="door")


def test_most_shops_keep_the_usual_hours_and_are_not_named(doors, make_user, mall):
    known = doors(make_user(mall))
    assert (known["opens_at"], known["closes_at"]) == USUAL
    assert known["units"] == {}
    assert known["seen"] == {"opening": {}, "closing": {}}
    assert known["walks"] is True


def test_a_shop_with_hours_of_its_own_is_named_with_them(doors, make_user, mall):
    later = HoursException(
        mall_id=mall.id, tenant_id=tenant_of("L1-001"), closed=False, name={},
        first_day=TODAY, last_day=TODAY, opens_at=time(11),
    )  # fmt: skip
    db.session.add(later)
    db.session.commit()
    known = doors(make_user(mall))
    assert (known["opens_at"], known["closes_at"]) == USUAL
    hours = {"opens_at": "2026-11-21T11:00:00+08:00", "closes_at": USUAL[1]}
    assert known["units"] == {"L1-001": hours}


def test_what_need_not_open_comes_filled_in(doors, make_user, mall):
    unit("L1-003").state = "fitout"
    db.session.add(
        Unit(
            mall_id=mall.id, no="L1-004", kind="shop", state="trading", floor="L1",
            zone_id=unit("L1-003").zone_id, walk_order=4,
        )
    )  # fmt: skip
    db.session.commit()
    known = doors(make_user(mall))["units"]
    assert known == {"L1-003": {"exempt": "fitout"}, "L1-004": {"exempt": "vacant"}}


def test_on_a_holiday_no_shop_has_to_open(doors, make_user, mall):
    db.session.add(
        HoursException(
            mall_id=mall.id, first_day=TODAY, last_day=TODAY, closed=True, name={}
        )
    )
    db.session.commit()
    known = doors(make_user(mall))
    assert (known["opens_at"], known["closes_at"]) == (None, None)
    assert len(known["units"]) == 3


def test_the_latest_look_counts_and_only_an_own_one_has_its_id(
    doors, make_user, phone, mall, clock
):
    me, other = make_user(mall), make_user(mall)
    mine, theirs = phone(me), phone(other)
    clock.now = datetime(2026, 11, 21, 2, 2, tzinfo=UTC)
    opened = look(mine, "L1-001", how="scan")
    shut = look(theirs, "L1-002", "not_open")
    clock.now += timedelta(minutes=20)
    later = look(theirs, "L1-002")
    mine.hand_in(opened)
    theirs.hand_in(shut, later)
    assert doors(me)["seen"]["opening"] == {
        "L1-001": {
            "status": "on_time", "at": "2026-11-21T10:02:00+08:00", "how": "scan",
            "id": opened["id"],
        },
        "L1-002": {
            "status": "on_time", "at": "2026-11-21T10:22:00+08:00", "by": other.name,
        },
    }  # fmt: skip


def test_what_was_withdrawn_was_not_seen(doors, make_user, phone, mall):
    me = make_user(mall)
    own = phone(me)
    tap = look(own, "L1-001")
    undone = own.seal({"sighting": tap["id"], "reason": ""}, kind="door_withdrawal")
    own.hand_in(tap, undone)
    assert doors(me)["seen"]["opening"] == {}


@pytest.mark.parametrize(
    ("role", "team", "gets", "walks"),
    [
        ("officer", None, True, True),
        ("supervisor", None, True, False),
        ("manager", None, True, False),
        ("team", "security", True, True),
        ("team", "cleaning", False, None),
        ("auditor", None, False, None),
    ],
)
def test_who_gets_the_doors(doors, make_user, mall, role, team, gets, walks):
    known = doors(make_user(mall, role, team=team))
    assert (known is not None) is gets
    if gets:
        assert known["walks"] is walks
