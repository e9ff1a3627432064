"""A mall with trading hours, and looks at its shops' doors."""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from mallops.db import db
from mallops.doors.models import DoorDay
from mallops.places.models import TradingHours, Unit

TODAY = date(2026, 11, 21)  # a Saturday


def open_daily(mall, opens=time(10), closes=time(22), tenant_id=None):
    """Give a mall, or one tenant, the same hours every day."""
    span = {"tenant_id": tenant_id, "opens_at": opens, "closes_at": closes}
    db.session.add_all(
        TradingHours(mall_id=mall.id, weekday=weekday, **span) for weekday in range(7)
    )
    db.session.commit()
    return mall


def at(clock, hours, minutes=0, day=TODAY):
    """Set the mall's clock, Shanghai time."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    clock.now = midnight + timedelta(hours=hours - 8, minutes=minutes)


def look(phone, status="on_time", unit="L1-001", event="opening", **body):
    content = {
        "unit": unit, "event": event, "status": status,
        "seen_at": phone.clock.now.isoformat(), **body,
    }  # fmt: skip
    return phone.seal(content, kind="door", photos=body.get("photos", []))


def taken(phone, *sealed):
    results = phone.hand_in(*sealed)
    assert {one["status"] for one in results} == {"accepted"}, results


def shop(event="opening", unit="L1-001", day=TODAY):
    """What is known of a shop; None: nobody looked."""
    db.session.rollback()
    query = (
        sa.select(DoorDay)
        .join(Unit)
        .filter(Unit.no == unit, DoorDay.event == event, DoorDay.day == day)
    )
    return db.session.scalars(query).one_or_none()
