"""One of everything an address of the product can name, for the tests of rights."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from mallops.closures import actions as closures
from mallops.db import db
from mallops.findings import queries as findings
from mallops.inbox.models import InboxItem
from mallops.notices import actions as notices
from mallops.people.actions import start_session
from mallops.people.models import UserSession
from mallops.people.queries import find_membership, find_user
from tests.conftest import Clock
from tests.support import builders
from tests.support.phone import Phone


def token_of(user, now: datetime) -> str:
    _, token = start_session(user, address="::1", user_agent="test", now=now)
    db.session.commit()
    return token


def objects_of(app, mall, now: datetime) -> dict:
    """By the name the address has for it."""
    colleague = builders.make_user(mall, "officer", now)
    # Of somebody who sees own findings only, so that there is one for every role.
    phone = Phone(app, find_user(f"{mall.code}-team"), Clock(now))
    photo = builders.jpeg(size=(32, 32), colour=(mall.id, 3, 3))
    assert phone.put_photo(photo).status_code == 201
    entry, held = phone.note("ours"), phone.note("held", binding=None)
    about = {"category": "other", "severity": "S3", "text": "broken", "unit": "L1-001"}
    photos = [builders.sha256(photo)]
    finding = phone.seal({**about, "photos": photos}, kind="finding", photos=photos)
    phone.hand_in(entry, held, finding)
    return {
        "user_id": colleague.id,
        "item_id": item_of(mall, colleague, now),
        "entry_id": UUID(held["id"]),
        "inspection_id": UUID(held["id"]),
        "finding_id": finding["id"],
        **notice_and_penalty(mall, finding["id"], now),
        "closure_id": closure_of(app, mall, now),
        "sha256": photos[0],
        "step": "comment",
        "no": "L1-001",
        "install_id": phone.install,
        "session_id": db.session.scalar(sa.select(sa.func.min(UserSession.id))),
        "day": now.date(),
        "month": f"{now:%Y-%m}",
        "state": "missed",
        "week": "2026-W47",
        "shift_id": shift_of(mall, now),
        "what": "removal",
        "code": "opening",
        "version": 1,
        "language": "en",
        "name": "sync",
        "filename": "sw.js",
    }


def shift_of(mall, now: datetime) -> str:
    """Another one in each mall."""
    builders.make_pattern(mall, f"{mall.code}-early")
    return f"{mall.code}-early.{now:%Y%m%d}"


def notice_and_penalty(mall, finding_id, now: datetime) -> dict:
    """Issued and proposed by a supervisor."""
    user = find_user(f"{mall.code}-supervisor")
    member = find_membership(user, mall.id, now)
    draft = notices.Draft("written", "what", "", now + timedelta(days=2), "en")
    finding = findings.find(mall.id, finding_id)
    notice_id = notices.issue(mall, finding, draft, member, now)
    body = {"notice": str(notice_id), "text": "why"}
    penalty_id = notices.propose(mall, body, member, now)
    db.session.commit()
    return {"notice_id": notice_id, "penalty_id": penalty_id}


def closure_of(app, mall, now: datetime):
    """Asked for by an officer, at a shop that somebody looked at."""
    officer = find_user(f"{mall.code}-officer")
    phone = Phone(app, officer, Clock(now))
    seen = {"unit": "L1-001", "event": "opening", "status": "not_open"}
    phone.hand_in(phone.seal({**seen, "seen_at": now.isoformat()}, kind="door"))
    day = now.date()
    body = {
        "unit": "L1-001", "first_day": day, "last_day": day, "closed": True,
        "opens_at": None, "closes_at": None, "reason": "why", "photos": [],
    }  # fmt: skip
    member = find_membership(officer, mall.id, now)
    closure_id = closures.ask(mall, body, member, now)
    db.session.commit()
    return closure_id


def item_of(mall, user, now: datetime) -> int:
    """Something told to this person: nobody else's business."""
    item = InboxItem(
        user_id=user.id, mall_id=mall.id, subject_kind="finding", subject_id="f",
        about="opened", due_at=now, told_at=now,
    )  # fmt: skip
    db.session.add(item)
    db.session.commit()
    return item.id
