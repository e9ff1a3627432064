"""A day of many shops: the list of late ones is what it should be, in any order."""

import itertools
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mallops.db import db
from mallops.doors.models import DoorDay
from mallops.doors.words import state_told
from mallops.places.models import Place, Tenancy, Tenant, TradingHours, Unit
from tests.support.builders import words
from tests.support.doors import TODAY, at, look, open_daily

# Unit: its own opening hour (or the mall's 10:00), looks (minutes from 10:00, status,
# more), and what the list says of it.
DAY = {
    "S01": (None, [(1, "on_time")], "on time"),
    "S02": (None, [(5, "on_time")], "on time"),
    "S03": (None, [(2, "not_open"), (4, "on_time")], "on time"),
    "S04": (None, [(20, "not_open"), (40, "on_time")],
            "late, between 20 and 40 minutes: late"),
    "S05": (None, [(40, "on_time")],
            "open, first seen so 40 minutes after its hour"),
    "S06": (None, [(6, "not_open"), (7, "on_time")],
            "late, between 6 and 7 minutes: late"),
    "S07": (None, [(5, "not_open"), (9, "on_time")],
            "open, first seen so 9 minutes after its hour"),
    "S08": (None, [(12, "late")], "late, at most 12 minutes"),
    "S09": (None, [(31, "not_open"), (33, "late")],
            "late, between 31 and 33 minutes: not_open"),
    "S10": (None, [(10, "not_open"), (45, "not_open")],
            "not open, at least 45 minutes: not_open"),
    "S11": (None, [(3, "on_time", "bulk")], "on time"),
    "S12": (None, [(25, "late", "bulk")],
            "open, first seen so 25 minutes after its hour"),
    "S13": (None, [(25, "not_open", "bulk")], "not open, at least 25 minutes"),
    "S14": (11, [(30, "not_open"), (62, "on_time")], "on time"),
    "S15": (11, [(30, "not_open"), (90, "not_open")],
            "not open, at least 30 minutes: late"),
    "S16": (8, [(-119, "not_open"), (-118, "on_time")], "on time"),
    "S17": (8, [(-100, "not_open"), (-90, "on_time")],
            "late, between 20 and 30 minutes: late"),
    "S18": (None, [(0, "fitout")], "fit-out"),
    "S19": (None, [(8, "not_open"), (20, "approved_closure")],
            "not open, at least 8 minutes: late"),
    "S20": (None, [(2, "on_time"), (15, "not_open")], "on time"),
    "S21": (None, [(9, "on_time", "tap", 0)], "not open, at least 9 minutes: late"),
    "S22": (None, [], None),
}  # fmt: skip
LATE = ["S04", "S06", "S09", "S10", "S15", "S17", "S19", "S21"]


@pytest.fixture
def mall(make_mall):
    mall = open_daily(make_mall(code="demo"))
    zone = db.session.scalar(sa.select(Place).filter_by(code="L1-A"))
    for number, (no, (opens, _looks, _told)) in enumerate(DAY.items(), start=10):
        tenant = Tenant(mall_id=mall.id, name=words(no), trade_category="fashion")
        unit = Unit(
            mall_id=mall.id, no=no, kind="shop", state="trading", floor="L1",
            zone_id=zone.id, walk_order=number,
        )  # fmt: skip
        db.session.add_all([tenant, unit])
        db.session.flush()
        db.session.add(Tenancy(unit_id=unit.id, tenant_id=tenant.id, starts_on=TODAY))
        if opens:
            db.session.add(hours(mall, tenant, opens))
    db.session.commit()
    return mall


def hours(mall, tenant, opens):
    return TradingHours(
        mall_id=mall.id, tenant_id=tenant.id, weekday=TODAY.weekday(),
        opens_at=time(opens), closes_at=time(21),
    )  # fmt: skip


def seen(own, clock):
    at(clock, 10)
    ten = clock.now
    for no, (_opens, looks, _told) in DAY.items():
        for minutes, status, *more in looks:
            clock.now = ten + timedelta(minutes=minutes)
            given = dict(itertools.zip_longest(("how", "staff"), more))
            body = {name: value for name, value in given.items() if value is not None}
            yield look(own, status, no, **body)
    at(clock, 12)


def told():
    db.session.rollback()
    rows = sa.select(DoorDay).join(Unit).order_by(Unit.no)
    return {
        row.unit.no: state_told(row.state, row.least, row.most)
        + (f": {row.case}" if row.case else "")
        for row in db.session.scalars(rows)
    }


def test_the_late_list_of_a_day_is_the_expected_one(mall, phone, make_user, clock):
    own = phone(make_user(mall))
    results = own.hand_in(*seen(own, clock))
    assert {one["status"] for one in results} == {"accepted"}
    assert told() == {no: said for no, (_, _, said) in DAY.items() if said}
    assert [no for no, said in told().items() if said.count(":")] == LATE


@settings(
    max_examples=4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.randoms())
def test_whatever_arrives_first_or_twice_the_list_is_the_same(
    mall, phone, make_user, clock, random
):
    """Each example looks at the same shops once more: that changes nothing either."""
    own = phone(make_user(mall))
    sealed = list(seen(own, clock))
    sealed += random.sample(sealed, 10)
    random.shuffle(sealed)
    for start in range(0, len(sealed), 9):
        batch = {one["id"]: one for one in sealed[start : start + 9]}
        own.hand_in(*batch.values())
    assert told() == {no: said for no, (_, _, said) in DAY.items() if said}
