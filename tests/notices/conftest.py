"""A shop with a finding that calls for a notice, and who deals with it."""

import re
from collections import namedtuple
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger.models import Entry
from mallops.notices.models import Notice, Penalty
from tests.support import builders

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NOTICES, PENALTIES = "/malls/demo/notices/", "/malls/demo/penalties/"

People = namedtuple(
    "People", "officer supervisor supervisor2 manager manager2 auditor cleaner"
)


@pytest.fixture
def people(mall, make_user):
    builders.make_team(mall, "cleaning", contractor=True)
    return People(
        make_user(mall, "officer", username="officer"),
        make_user(mall, "supervisor", username="supervisor"),
        make_user(mall, "supervisor", username="second-supervisor"),
        make_user(mall, "manager", username="manager"),
        make_user(mall, "manager", username="second-manager"),
        make_user(mall, "auditor", username="auditor"),
        make_user(mall, "team", username="cleaner", team="cleaning"),
    )


@pytest.fixture
def own(people, phone):
    """The officer's phone."""
    return phone(people.officer)


@pytest.fixture
def supervisor(people, signed_in):
    return signed_in(people.supervisor)


@pytest.fixture
def manager(people, signed_in):
    return signed_in(people.manager)


@pytest.fixture
def violation(own):
    """``violation()``: a finding at a shop that calls for a notice; its id."""

    def violation(unit="L1-001", text="Racks in front of the shop", **body):
        given = {"category": "tenant", "severity": "S3", "unit": unit, "text": text}
        sealed = own.seal(
            {**given, **body}, kind="finding", photos=body.get("photos", [])
        )
        (result,) = own.hand_in(sealed)
        assert result["status"] == "accepted", result
        return sealed["id"]

    return violation


@pytest.fixture
def draft(clock):
    """``draft()``: the form of a draft as a browser sends it."""

    def draft(hours=30, **given):
        local = clock.now + timedelta(hours=hours + 8)  # the mall is in Shanghai
        return {
            "level": "written",
            "what": "店铺越线摆放货架",
            "clause": "租赁合同第 8.2 条",
            "rectify_by": local.strftime("%Y-%m-%dT%H:%M"),
            "language": "zh-Hans",
            **given,
        }

    return draft


@pytest.fixture
def issued(supervisor, violation, draft):
    """``issued()``: a notice that was issued on a new finding."""

    def issued(finding=None, **given):
        finding = finding or violation()
        answer = post(supervisor, f"{NOTICES}new/{finding}", draft(**given))
        assert answer.status_code == 302, answer.text
        return get_notice(answer.location.rsplit("/", 1)[1])

    return issued


@pytest.fixture
def delivery(own):
    """``delivery(notice)``: the delivery as the officer's phone seals it."""

    def delivery(notice, outcome="signed", phone=own, **body):
        given = {"notice": str(notice.id), "outcome": outcome, **body}
        if outcome == "signed":
            given.setdefault("signer_name", "陈店长")
        named = [*given.get("photos", []), *filter(None, [given.get("signature")])]
        return phone.seal(given, kind="notice_delivery", photos=named)

    return delivery


def post(client, path, form=None):
    token = TOKEN.search(client.get("/me/").text)[1]
    return client.post(path, data={"csrf_token": token, **(form or {})})


def take_step(phone, finding, step, **body):
    """A step of the finding's own follow-up, from a phone."""
    sealed = phone.seal(
        {"finding": finding, "step": step, **body}, kind="finding_update"
    )
    assert statuses(phone.hand_in(sealed)) == ["accepted"]


def get_notice(notice_id):
    db.session.rollback()
    return db.session.get_one(Notice, UUID(str(notice_id)), populate_existing=True)


def get_penalty(penalty_id):
    db.session.rollback()
    return db.session.get_one(Penalty, UUID(str(penalty_id)), populate_existing=True)


def statuses(results):
    return [result["status"] for result in results]


def last_entry():
    db.session.rollback()
    newest = sa.select(Entry).order_by(Entry.ledger_seq.desc()).limit(1)
    return db.session.scalars(newest).one()


def count_entries(**given):
    query = sa.select(sa.func.count()).select_from(Entry).filter_by(**given)
    return db.session.scalar(query)
