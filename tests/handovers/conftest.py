"""A day with three shifts: who goes, who comes, and their phones."""

from collections import namedtuple
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import rules, seen
from mallops.ledger.models import Entry
from tests.inbox.conftest import (  # fixtures
    escalate,  # noqa: F401
    mail_server,  # noqa: F401
    send,  # noqa: F401
    sender,  # noqa: F401
)
from tests.support import builders

TODAY = date(2026, 11, 21)  # a Saturday; the clock shows 10:00
EARLY, LATE = "early.20261121", "late.20261121"

People = namedtuple(
    "People", "going officer coming officer2 manager manager2 auditor cleaner"
)


@pytest.fixture
def people(mall, make_user, clock):
    """``going`` leads the early shift, ``coming`` the late one."""
    builders.make_team(mall, "cleaning", contractor=True)
    found = People(
        make_user(mall, "supervisor", username="going"),
        make_user(mall, "officer", username="officer"),
        make_user(mall, "supervisor", username="coming"),
        make_user(mall, "officer", username="officer2"),
        make_user(mall, "manager", username="manager"),
        make_user(mall, "manager", username="manager2"),
        make_user(mall, "auditor", username="auditor"),
        make_user(mall, "team", username="cleaner", team="cleaning"),
    )
    patterns = {c: builders.make_pattern(mall, c) for c in ("early", "late", "night")}
    for code, lead, officer in (
        ("early", found.going, found.officer),
        ("late", found.coming, found.officer2),
    ):
        for user in (lead, officer):
            duty = {"is_lead": user == lead}
            builders.make_duty(patterns[code], TODAY, user, clock.now, **duty)
    return found


@pytest.fixture
def going(people, phone):
    return Hand(phone(people.going))


@pytest.fixture
def coming(people, phone):
    return Hand(phone(people.coming))


@pytest.fixture
def own(people, phone):
    """The officer's phone."""
    return phone(people.officer)


class Hand:
    """A phone that signs and accepts what it was shown, now or later."""

    def __init__(self, phone):
        self.phone = phone

    def look(self, which="outgoing"):
        response = self.phone.get("/floor/handover")
        assert response.status_code == 200, response.text
        return response.json[which]

    def sign(self, shown=None, **given):
        shown = shown or self.look()
        body = {
            "shift": shown["shift"]["id"],
            "snapshot": shown["snapshot"],
            "digest": shown["digest"],
            "reasons": {},
            "counts": {},
            "remarks": "",
            "next_shift": shown["snapshot"]["next_shift"]["id"],
            "silence_confirmed": True,
            **given,
        }
        return self.phone.seal(body, kind="handover_sign")

    def accept(self, shown=None, **given):
        shown = shown or self.look("incoming")
        body = {
            "shift": shown["shift"]["id"],
            "digest": shown["digest"],
            "verdict": "accept",
            "lines": {line["key"]: "accepted" for line in shown["lines"]},
            "notes": {},
            "reason": "",
            **given,
        }
        return self.phone.seal(body, kind="handover_accept")

    def refuse(self, shown=None, **given):
        refusal = {"verdict": "refuse", "lines": {}, "reason": "the float is short"}
        return self.accept(shown, **{**refusal, **given})

    def hand_in(self, *entries, **given):
        return self.phone.hand_in(*entries, **given)


def as_shown(shown, snapshot):
    """What was shown, had the server made this snapshot (an older version of it)."""
    own = {name: part for name, part in snapshot.items() if name != seen.STAMP}
    snapshot = seen.stamped(own)
    return {**shown, "snapshot": snapshot, "digest": rules.digest(snapshot)}


def stored(id_):
    db.session.expire_all()
    return db.session.scalars(sa.select(Entry).where(Entry.id == id_)).one()


def finding(phone, text="Pallet in front of exit 3", **body):
    given = {"category": "fire_safety", "severity": "S2", "place": "L1-A", "text": text}
    return phone.seal({**given, "photos": [], **body}, kind="finding")


def to(clock, hour, minute=0):
    """Let it be so late at the mall; after midnight the hours go on to 24, 25 …"""
    now = clock.now.astimezone(ZoneInfo("Asia/Shanghai"))
    midnight = now.replace(day=TODAY.day, hour=0, minute=0)
    clock.now = (midnight + timedelta(hours=hour, minutes=minute)).astimezone(UTC)
