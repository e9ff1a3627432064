"""One of everything an address of the product can name, for tests of every address.

Whatever somebody can write into it is written by ``say(name)``, so that the tests of
stored text find it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from mallops.closures import actions as closures
from mallops.db import db
from mallops.findings import queries as findings
from mallops.handovers.assets import set_assets
from mallops.inbox.models import InboxItem
from mallops.notices import actions as notices
from mallops.people.actions import start_session
from mallops.people.models import Install, UserSession
from mallops.people.queries import find_membership, find_user
from mallops.places.content import AssetRow
from mallops.places.models import Unit
from mallops.places.rules import business_day
from mallops.watches import actions as watches
from tests.support import builders
from tests.support.doors import look
from tests.support.phone import Phone

Say = Callable[[str], str]
# The words of an address that name nothing kept: days, states, steps, files.
NO_OBJECT = frozenset(
    {"mall", "day", "month", "week", "state", "step", "what", "version", "language",
     "name", "filename"}
)  # fmt: skip
# Shops of the mall by what their doors were in this month, opening at 9:00.
VERBAL, PENALTY, MANAGER = 0, 1, 2


@dataclass(frozen=True)
class Making:
    """Where and when everything is made, and what is written into it."""

    app: object
    mall: object
    clock: object
    say: Say

    @property
    def now(self) -> datetime:
        return self.clock.now

    def user(self, role):
        return find_user(f"{self.mall.code}-{role}")

    def member(self, role):
        return find_membership(self.user(role), self.mall.id, self.now)

    def phone(self, role):
        return Phone(self.app, self.user(role), self.clock)


def token_of(user, now: datetime) -> str:
    _, token = start_session(user, address="::1", user_agent="test", now=now)
    db.session.commit()
    return token


def objects_of(making: Making) -> dict:
    """By the name the address has for it."""
    mall, now = making.mall, making.now
    query = sa.select(Unit).filter_by(mall_id=mall.id).order_by(Unit.walk_order)
    units = list(db.session.scalars(query))
    colleague = builders.make_user(mall, "officer", now)
    shift_id = shifts_of(making, colleague)
    doors_of(making, units)
    return {
        "user_id": colleague.id,
        "install_id": Phone(making.app, colleague, making.clock).install,
        **entries_of(making, units[0]),
        **paper_of(making, units[0]),
        **permit_and_watch(mall, units[0].no, colleague, now),
        "no": units[VERBAL].no,
        "penalty_unit": units[PENALTY].no,
        "manager_unit": units[MANAGER].no,
        "shift_id": shift_id,
        "code": "opening" if mall.code == "demo" else "theirs",
        "day": now.date(),
        "month": f"{now:%Y-%m}",
        "week": f"{now:%G-W%V}",
        "state": "missed",
        "what": "lead",
        "step": "comment",
        "version": 1,
        "language": "en",
        "name": "sync",
        "filename": "sw.js",
    }


def own_objects_of(making: Making, role: str) -> dict:
    """What is this person's alone: a session, a phone, something told to them."""
    user = making.user(role)
    phone = making.phone(role)
    return {
        "session_id": db.session.scalar(
            sa.select(sa.func.max(UserSession.id)).filter_by(user_id=user.id)
        ),
        "install_id": db.session.get_one(Install, phone.install).id,
        "item_id": item_of(making, user),
        "inspection_id": inspection_of(making, role),
    }


def permit_and_watch(mall, unit_no, user, now: datetime) -> dict:
    """A permit of tonight, and somebody to watch."""
    permit = builders.make_permit(mall, now, now + timedelta(hours=1), user)
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    said = {"unit_no": unit_no, "reason": "why", "last_day": today}
    watch = watches.mark(mall, **said, by_id=user.id, now=now)
    db.session.commit()
    return {"permit_id": permit.id, "watch_id": watch.id}


def item_of(making: Making, user) -> int:
    """Something told to this person: nobody else's business."""
    item = InboxItem(
        user_id=user.id, mall_id=making.mall.id, subject_kind="finding", subject_id="f",
        about="opened", due_at=making.now, told_at=making.now,
    )  # fmt: skip
    db.session.add(item)
    db.session.commit()
    return item.id


def inspection_of(making: Making, role: str) -> UUID:
    """Walked by an officer, to be signed by this role too: of the teams by guards."""
    phone = making.phone("officer")
    picture = photo_of(phone, making.mall.id)
    code, item = ("closing", "C04") if role == "team" else ("fire_patrol", "R01")
    failed = {"value": "fail", "note": making.say("inspection.note")}
    walked = phone.inspection(
        {item: failed | {"photos": [picture]}},
        body={"checklist": code},
        photos=[picture],
    )
    taken(phone, walked)
    return UUID(walked["id"])


def photo_of(phone, number: int) -> str:
    photo = builders.jpeg(size=(32, 32), colour=(number, 3, 3))
    assert phone.put_photo(photo).status_code in {200, 201}
    return builders.sha256(photo)


def taken(phone, *sealed) -> None:
    results = phone.hand_in(*sealed)
    statuses = [one["status"] for one in results]
    assert set(statuses) == {"accepted"}, statuses


# -- What phones bring


def entries_of(making: Making, unit) -> dict:
    """Notes, one of them held, an aborted round, findings with their story."""
    # Of somebody of a team, who sees least, so that there is a finding for every role.
    phone, say = making.phone("team"), making.say
    picture = photo_of(phone, making.mall.id)
    held = phone.note(say("note.held"), binding=None)
    finding = phone.seal(
        {
            "category": "security", "severity": "S3", "text": say("finding.text"),
            "unit": unit.no, "photos": [picture],
        },
        kind="finding", photos=[picture],
    )  # fmt: skip
    step = phone.seal(
        {"finding": finding["id"], "step": "comment", "text": say("finding.comment")},
        kind="finding_update",
    )
    noted = phone.note(say("note.text"))
    aborted = phone.inspection(body={"aborted": say("inspection.aborted")})
    odd = phone.inspection(
        body={"place": say("inspection.place"), "checklist": say("inspection.list")}
    )
    taken(phone, noted, finding, step, aborted)
    results = phone.hand_in(held, odd)
    assert {one["status"] for one in results} == {"held"}, results
    return {
        "entry_id": UUID(held["id"]),
        "finding_id": finding["id"],
        "incident_id": incident_of(making),
        "sha256": picture,
    }


def incident_of(making: Making) -> str:
    """An accident: the category that asks for most words."""
    phone, say = making.phone("officer"), making.say
    told = [{"who": say("incident.told.who"), "at": say("incident.told.at")}]
    details = {
        **{name: say(f"incident.{name}") for name in ("people", "course")},
        "told": told,
    }
    given = {"category": "incident", "severity": "S2", "place": "L1-A"}
    sealed = phone.seal(
        {**given, "text": say("incident.text"), "details": details}, kind="finding"
    )
    taken(phone, sealed)
    return sealed["id"]


# -- Doors, shifts, papers


def doors_of(making: Making, units) -> None:
    """One shop late once, another three times; a third not open on three days."""
    phone, today = making.phone("officer"), making.now.date()
    first = today - timedelta(days=9)
    for unit, days, minutes in (
        (units[VERBAL], [today], (20, 30)),
        (units[PENALTY], [first, first + timedelta(days=1), today], (20, 30)),
        (units[MANAGER], [first, first + timedelta(days=1), today], (45,)),
    ):
        for day in days:
            for minute in minutes:
                status = "on_time" if minute == 30 else "not_open"
                note = making.say("door.note")
                taken(phone, seen(making, phone, unit, day, minute, status, note))
    tapped = look(phone, "closed", units[VERBAL].no, "closing")
    about = {"sighting": tapped["id"], "reason": making.say("door.withdrawal")}
    taken(phone, tapped)
    taken(phone, phone.seal(about, kind="door_withdrawal"))


def seen(making, phone, unit, day: date, minute: int, status: str, note: str):
    """Somebody looked at a door after nine in the morning, the mall's clock."""
    at = datetime.combine(day, making.now.timetz()).replace(hour=1, minute=minute)
    body = {"seen_at": at.isoformat(), "note": note}
    sealed = look(phone, status, unit.no, **body)
    return sealed | {"recorded_at": at.isoformat()}


def shifts_of(making: Making, colleague) -> str:
    """Early and late, with a colleague on the early one, and keys to be counted."""
    mall, now, say = making.mall, making.now, making.say
    for code in ("early", "late", "night"):
        pattern = builders.make_pattern(mall, code)
        pattern.code = f"{mall.code}-{code}"
        if code == "early":
            for user in (colleague, making.user("officer")):
                builders.make_duty(pattern, now.date(), user, now)
    set_assets(mall.id, [AssetRow(code="keys", en=say("asset.name"), expected=12)])
    db.session.commit()
    return f"{mall.code}-early.{now:%Y%m%d}"


def paper_of(making: Making, unit) -> dict:
    """A notice and a penalty by a supervisor; a closure by an officer."""
    mall, now, say = making.mall, making.now, making.say
    supervisor, officer = making.member("supervisor"), making.member("officer")
    phone = making.phone("officer")
    sealed = phone.seal(
        {"category": "tenant", "severity": "S4", "text": "racks", "unit": unit.no},
        kind="finding",
    )
    taken(phone, sealed)
    finding = findings.find(mall.id, sealed["id"])
    draft = notices.Draft(
        "written", say("notice.what"), say("notice.clause"), now + timedelta(days=2),
        "en",
    )  # fmt: skip
    notice_id = notices.issue(mall, finding, draft, supervisor, now)
    body = {"notice": str(notice_id), "text": say("penalty.text")}
    penalty_id = notices.propose(mall, body, supervisor, now)
    asked = {
        "unit": unit.no, "first_day": now.date(), "last_day": now.date(),
        "closed": True, "opens_at": None, "closes_at": None,
        "reason": say("closure.reason"), "photos": [],
    }  # fmt: skip
    closure_id = closures.ask(mall, asked, officer, now)
    db.session.commit()
    return {
        "notice_id": notice_id, "penalty_id": penalty_id, "closure_id": closure_id,
    }  # fmt: skip
