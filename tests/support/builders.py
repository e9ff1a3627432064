"""Builders with good defaults: malls, people, sealed entries."""

import hashlib
import io
import itertools
import json
from datetime import date, datetime, time, timedelta
from functools import cache
from uuid import uuid4

from PIL import Image

from mallops.checklists import actions as checklists
from mallops.checklists import library
from mallops.db import db
from mallops.ledger.actions import open_ledger
from mallops.people import actions as people
from mallops.people.models import Membership, Organisation, Team, User
from mallops.people.passwords import hash_password
from mallops.permits import actions as permits
from mallops.permits.models import Permit
from mallops.places.models import Mall, Place, Tenancy, Tenant, Unit
from mallops.rounds.models import RoundPlan
from mallops.shifts.models import ShiftDuty, ShiftPattern

PASSWORD = "correct horse battery staple"
# Hashed once: argon2 is slow on purpose, and what it does is tested by itself.
_hashes: dict[str, str] = {}
_numbers = itertools.count(100)  # apart from names that tests give: "officer2"


# Read once: tomllib takes its time, and what it reads is tested by itself.
shipped = cache(library.shipped)


def words(text):
    return {"en": text, "zh-Hans": f"{text} 简", "zh-Hant": f"{text} 繁"}


def make_mall(now: datetime, code=None, time_zone="Asia/Shanghai", **given) -> Mall:
    code = code or f"mall{next(_numbers)}"
    mall = Mall(
        code=code,
        name=words(f"Mall {code}"),
        time_zone=time_zone,
        settings={"plan_times": {"public_lighting_on": "09:45"}},
        created_at=now,
        **given,
    )
    db.session.add(mall)
    db.session.flush()
    open_ledger(mall.id)
    _make_places(mall)
    checklists.publish_all(mall.id, shipped(), now)
    db.session.commit()
    return mall


def _make_places(mall):
    floor = Place(
        mall_id=mall.id, code="L1", kind="floor", name=words("Level 1"), floor="L1",
        walk_order=1,
    )  # fmt: skip
    zone = Place(
        mall_id=mall.id, code="L1-A", kind="zone", name=words("Level 1 A"), floor="L1",
        walk_order=2,
    )  # fmt: skip
    db.session.add_all([floor, zone])
    db.session.flush()
    zone.zone_id = zone.id
    restroom = Place(
        mall_id=mall.id, code="L1-WC1", kind="restroom", name=words("Restroom 1"),
        floor="L1", zone_id=zone.id, walk_order=3,
    )  # fmt: skip
    shops = [_shop(mall, zone, number) for number in (1, 2, 3)]
    db.session.add_all([restroom, *(one for shop in shops for one in shop)])
    db.session.flush()
    db.session.add_all(
        Tenancy(unit_id=unit.id, tenant_id=tenant.id, starts_on=date(2025, 1, 1))
        for tenant, unit in shops
    )


def _shop(mall, zone, number):
    tenant = Tenant(
        mall_id=mall.id, name=words(f"Shop {number}"), trade_category="fashion"
    )
    unit = Unit(
        mall_id=mall.id, no=f"L1-{number:03}", kind="shop", state="trading", floor="L1",
        zone_id=zone.id, walk_order=number,
    )  # fmt: skip
    return tenant, unit


def make_user(mall, role, now, username=None, team=None, password=PASSWORD) -> User:
    username = username or f"{role}{next(_numbers)}"
    if password not in _hashes:
        _hashes[password] = hash_password(password)
    user = User(
        username=username,
        name=username.title(),
        password_hash=_hashes[password],
        created_at=now,
        theme="auto",
    )
    db.session.add(user)
    db.session.flush()
    member = Membership(
        user_id=user.id,
        mall_id=mall.id,
        role=role,
        team_id=make_team(mall, team).id if team else None,
        started_at=now - timedelta(days=30),
    )
    db.session.add(member)
    db.session.commit()
    return user


def make_team(mall, code, contractor=False) -> Team:
    found = db.session.query(Team).filter_by(mall_id=mall.id, code=code).first()
    if found:
        return found
    organisation = Organisation(
        mall_id=mall.id, code=f"org-{code}", name=words(code), contractor=contractor
    )
    db.session.add(organisation)
    db.session.flush()
    team = Team(
        mall_id=mall.id, organisation_id=organisation.id, code=code, name=words(code)
    )
    db.session.add(team)
    db.session.flush()
    return team


def make_plan(mall, **given) -> RoundPlan:
    """Opening inspection of L1-A by officers at 09:00, 45 minutes, every day."""
    given = {
        "code": "opening",
        "checklist": "opening",
        "places": ["L1-A"],
        "starts": ["09:00"],
        "weekdays": list(range(7)),
        "role": None if given.get("team") else "officer",
        "duration_minutes": 45,
        "tolerance_minutes": 10,
        "grace_minutes": 15,
        "valid_from": date(2026, 1, 1),
        **given,
    }
    plan = RoundPlan(mall_id=mall.id, **given)
    db.session.add(plan)
    db.session.commit()
    return plan


SHIFTS = {
    "early": ("08:30", "15:30"),
    "late": ("15:30", "23:00"),
    "night": ("23:00", "08:30"),
}


def make_pattern(mall, code="early", team=None, **given) -> ShiftPattern:
    """A shift at its usual hours, of operations or of a team, every day."""
    starts_at, ends_at = SHIFTS.get(code, SHIFTS["early"])
    given = {
        "name": words(f"{code.title()} shift"),
        "starts_at": time.fromisoformat(starts_at),
        "ends_at": time.fromisoformat(ends_at),
        "weekdays": list(range(7)),
        "first_day": date(2026, 1, 1),
        **given,
    }
    team_id = make_team(mall, team).id if team else None
    pattern = ShiftPattern(mall_id=mall.id, code=code, team_id=team_id, **given)
    db.session.add(pattern)
    db.session.commit()
    return pattern


def make_duty(pattern, day, user, now, **given) -> ShiftDuty:
    duty = ShiftDuty(
        pattern_id=pattern.id, day=day, user_id=user.id, set_at=now, **given
    )
    db.session.add(duty)
    db.session.commit()
    return duty


def make_permit(mall, starts_at, ends_at, by=None, **given) -> Permit:
    """A delivery, as it was entered when it began."""
    kind, by_id = given.pop("kind", "delivery"), by.id if by else None
    said = {
        "kind": kind, "title": f"The {kind}", "who": "", "people": None, "note": "",
        "starts_at": starts_at, "ends_at": ends_at, **given,
    }  # fmt: skip
    permit = permits.add(mall.id, said, by_id, starts_at)
    db.session.commit()
    return permit


def sign_in(client, user, now):
    """A browser that holds a session of this person, without typing a password."""
    _session, token = people.start_session(
        user, address="127.0.0.1", user_agent="test browser", now=now
    )
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client


def jpeg(colour=(200, 30, 30), size=(64, 48), **given) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", **given)
    return out.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def seal(body, *, mall="demo", kind="note", seq=1, recorded_at, binding, **given):
    """An entry as a phone seals it."""
    text = json.dumps(body, ensure_ascii=False)
    return {
        "id": str(uuid4()),
        "seq": seq,
        "kind": kind,
        "v": 1,
        "mall": mall,
        "binding": binding,
        "recorded_at": recorded_at.isoformat(),
        "body": text,
        "sha256": sha256(text.encode()),
        "photos": [],
        **given,
    }
