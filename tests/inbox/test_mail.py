"""Digests by e-mail, handed to a real mail server."""

import re

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.inbox import tasks
from mallops.inbox.models import InboxItem, InboxMailing
from mallops.people.models import Membership, Organisation
from tests.inbox.conftest import FROM, ORIGIN, inbox_of, make_items
from tests.ledger.test_at_once import at_once
from tests.support.builders import make_team


def emailed():
    db.session.rollback()
    rows = db.session.scalars(sa.select(InboxItem).order_by(InboxItem.id))
    return [row.about for row in rows if row.emailed_at]


# -- What is sent


def test_one_message_says_all_that_is_new(
    reader, found, escalate, send, mail_server, clock
):
    first = found("S1", "Fire exit 3 blocked", unit="L1-002")
    found("S1", "Smoke")
    escalate()
    assert send() == 1
    (mail,) = mail_server.received
    assert mail.sender == "mallops@mall.example"
    assert mail.recipients == ("super.visor@mall.example",)
    headers = mail.message
    assert headers["From"] == FROM
    assert headers["To"] == "林晓岚 <super.visor@mall.example>"
    assert headers["Subject"] == "Mall demo: 2 messages about findings"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Date"].datetime == clock.now
    for text in (
        "Newly found", "Fire exit 3 blocked", "L1-002", "S1 Danger to people",
        "To be fixed by 2026-11-21 12:00", "Smoke",
        f"{ORIGIN}/malls/demo/findings/{first}", f"{ORIGIN}/malls/demo/inbox/",
    ):  # fmt: skip
        assert text in mail.text
    assert len(emailed()) == 2
    assert send() == 0


@pytest.mark.parametrize(
    ("language", "subject"),
    [("zh-Hans", "Mall demo 简"), ("zh-Hant", "Mall demo 繁")],
)
def test_a_message_is_in_the_readers_language(
    reader, found, escalate, send, mail_server, language, subject
):
    reader.language = language
    db.session.commit()
    found("S1")
    escalate()
    send()
    (mail,) = mail_server.received
    assert mail.message["Subject"].startswith(subject)
    assert "Newly found" not in mail.text
    assert re.search("[\\u4e00-\\u9fff]{4}", mail.text)


def test_everybody_gets_their_own(people, reader, found, escalate, send, mail_server):
    people.cleaner.email, people.cleaner.language = "c@firm.example", "zh-Hans"
    db.session.commit()
    found("S1")
    escalate()
    assert send() == 2
    texts = {mail.recipients[0]: mail.text for mail in mail_server.received}
    assert "Newly found" in texts["super.visor@mall.example"]
    assert "Newly found" not in texts["c@firm.example"]


def test_work_in_two_malls_is_one_message(
    reader, mall, make_mall, clock, send, mail_server, found, escalate
):
    other = make_mall(code="other")
    db.session.add(
        Membership(
            user_id=reader.id, mall_id=other.id, role="manager", started_at=clock.now
        )
    )
    db.session.commit()
    found("S1")
    make_items(
        reader,
        other,
        clock.now,
        "weekly_S4_2026-W47",
        subject_id="",
        subject_kind="list",
    )
    escalate()
    assert send() == 1
    (mail,) = mail_server.received
    assert mail.message["Subject"].startswith("Mall demo, Mall other: 2 ")
    assert "/malls/other/findings/?severity=S4" in mail.text


def test_a_long_digest_is_cut_and_says_so(reader, found, escalate, send, mail_server):
    for number in range(33):
        found("S1", f"Leak {number}")
    escalate()
    send()
    (mail,) = mail_server.received
    assert "33 messages" in mail.message["Subject"]
    assert mail.text.count("Newly found") == 30
    assert "and 3 more" in mail.text
    assert len(emailed()) == 33


# -- What is not sent


def test_nothing_is_sent_to_who_wants_nothing(
    people, found, escalate, send, mail_server
):
    found("S1")
    escalate()
    assert send() == 0
    assert mail_server.received == []


def test_without_a_mail_server_nothing_is_tried(reader, found, escalate, app, clock):
    found("S1")
    escalate()
    assert tasks.send_digests(clock.now) == 0
    assert db.session.scalars(sa.select(InboxMailing)).all() == []


def test_what_was_noted_meanwhile_is_not_sent(
    reader, mall, found, escalate, send, clock, mail_server
):
    found("S1")
    escalate()
    db.session.execute(sa.update(InboxItem).values(acknowledged_at=clock.now))
    db.session.commit()
    assert send() == 0


def test_what_was_closed_meanwhile_is_not_sent(
    reader, found, escalate, take, send, clock
):
    finding = found("S1")
    escalate()
    take("cleaner", finding, "fix")
    clock.move(minutes=1)
    take("manager", finding, "verify")
    assert send() == 0


def test_nothing_is_sent_that_is_older_than_a_day(
    reader, mall, found, escalate, send, clock
):
    found("S2")
    clock.move(days=2)
    escalate()
    assert inbox_of(reader) == ["fix_100"]
    assert send() == 0
    clock.move(days=-1)


def test_nobody_without_business_here_is_sent_anything(
    reader, found, escalate, send, clock
):
    found("S1")
    escalate()
    reader.disabled_at = clock.now
    db.session.commit()
    assert send() == 0
    reader.disabled_at = None
    db.session.execute(sa.update(Membership).values(ended_at=clock.now))
    db.session.commit()
    assert send() == 0


def test_a_contractor_is_sent_nothing_of_what_is_no_longer_theirs(
    people, mall, found, take, escalate, send, clock, mail_server
):
    people.cleaner.email = "c@firm.example"
    make_team(mall, "engineering")
    db.session.execute(sa.update(Organisation).values(contractor=True))
    db.session.commit()
    finding = found("S3", "Cable hangs from the ceiling")
    escalate()
    clock.move(seconds=1)
    take("supervisor", finding, "assign", team="engineering")
    assert send() == 0
    assert mail_server.received == []


# -- How often


def test_one_person_gets_at_most_one_message_a_minute(
    reader, found, escalate, send, clock, mail_server
):
    found("S1", "First")
    escalate()
    assert send() == 1
    found("S1", "Second")
    escalate()
    clock.move(seconds=59)
    assert send() == 0
    clock.move(seconds=1)
    assert send() == 1
    assert "First" not in mail_server.received[1].text


def test_workers_that_send_at_the_same_moment_send_once(
    reader, people, found, escalate, sender, mail_server
):
    for person in people:
        person.email = f"{person.username}@mall.example"
    db.session.commit()
    found("S1")
    escalate()
    sent = at_once(*(sender(mail_server.url) for _ in range(4)))
    assert sum(sent) == len(mail_server.received) == 2
