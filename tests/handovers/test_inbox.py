"""Handovers that need somebody: refused at night, not signed, not accepted."""

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.inbox.models import InboxItem
from tests.handovers.conftest import EARLY, TODAY, Hand, to
from tests.inbox.conftest import inbox_of
from tests.support import builders

INBOX = "/malls/demo/inbox/"


@pytest.fixture
def refused(going, coming, clock):
    """The early shift's handover is refused at 22:30."""
    to(clock, 15, 25)
    going.hand_in(going.sign())
    to(clock, 22, 30)
    coming.hand_in(coming.refuse(going.look()))


@pytest.fixture
def accepted(going, coming, clock):
    to(clock, 15, 25)
    going.hand_in(going.sign())
    coming.hand_in(coming.accept(going.look()))


@pytest.fixture
def reader(people):
    """A manager who wants e-mail."""
    people.manager.email = "manager@mall.example"
    db.session.commit()
    return people.manager


# -- Refused


@pytest.mark.usefixtures("refused")
def test_a_refusal_at_night_is_in_the_managers_inbox_at_once(
    people, escalate, signed_in
):
    escalate()
    for told in (people.manager, people.manager2, people.going):
        assert inbox_of(told) == ["refused"]
    assert inbox_of(people.coming) == inbox_of(people.auditor) == []
    page = signed_in(people.manager).get(INBOX).text
    assert f'href="/malls/demo/handovers/{EARLY}"' in page
    for text in ("Handover refused", "the float is short", "2026-11-21"):
        assert text in page
    assert escalate() == 0


@pytest.mark.usefixtures("refused")
def test_it_goes_by_mail_like_all_that_is_urgent(reader, escalate, send, mail_server):
    escalate()
    assert send() == 1
    (mail,) = mail_server.received
    assert mail.message["Subject"] == "Mall demo: 1 message"
    for text in (
        "Handover refused", "2026-11-21", "Acceptance refused: the float is short",
        f"https://mall.example/malls/demo/handovers/{EARLY}",
    ):  # fmt: skip
        assert text in mail.text
    assert send() == 0


@pytest.mark.usefixtures("refused")
def test_mail_speaks_the_readers_language(reader, escalate, send, mail_server):
    reader.language = "zh-Hans"
    db.session.commit()
    escalate()
    send()
    (mail,) = mail_server.received
    assert "交接班被拒收" in mail.text
    assert "Handover" not in mail.text


@pytest.mark.usefixtures("refused", "reader")
def test_what_was_settled_meanwhile_is_not_mailed_and_holds_no_other_up(
    escalate, send, clock, going, coming, mail_server
):
    escalate()
    clock.move(minutes=1)
    going.hand_in(going.sign(going.look(), remarks="counted again"))
    assert send() == 0
    clock.move(minutes=1)
    coming.hand_in(coming.refuse(going.look(), reason="still short"))
    escalate()
    assert send() == 1
    (mail,) = mail_server.received
    assert "still short" in mail.text


@pytest.mark.usefixtures("refused")
def test_a_second_refusal_is_told_again(people, escalate, clock, going, coming):
    escalate()
    clock.move(minutes=5)
    going.hand_in(going.sign(going.look(), remarks="counted again"))
    clock.move(minutes=5)
    coming.hand_in(coming.refuse(going.look()))
    escalate()
    assert inbox_of(people.manager) == ["refused", "refused_2"]


# -- Not signed, not accepted


@pytest.mark.usefixtures("accepted")
def test_who_leads_is_reminded_to_sign_and_then_the_managers_hear_of_it(
    people, escalate, clock
):
    to(clock, 23, 29)
    assert escalate() == 0
    to(clock, 23, 30)
    escalate()
    assert inbox_of(people.coming) == ["unsigned_30_min"]
    assert inbox_of(people.manager) == []
    to(clock, 25)
    escalate()
    assert inbox_of(people.manager) == ["unsigned_120_min"]


def test_who_comes_is_reminded_to_accept(people, going, escalate, clock):
    to(clock, 15, 25)
    going.hand_in(going.sign())
    to(clock, 16, 30)  # an hour after the end
    escalate()
    assert inbox_of(people.coming) == ["unaccepted_60_min"]
    assert inbox_of(people.going) == inbox_of(people.manager) == []


def test_a_team_that_never_handed_over_is_not_reminded(people, escalate, clock):
    to(clock, 20)
    assert escalate() == 0
    assert inbox_of(people.going) == []


def test_a_team_without_the_desk_is_led_to_its_phone(
    mall, people, phone, escalate, clock, signed_in
):
    pattern = builders.make_pattern(mall, "early", "cleaning")
    builders.make_duty(pattern, TODAY, people.cleaner, clock.now, is_lead=True)
    cleaner = Hand(phone(people.cleaner))
    to(clock, 15, 25)
    cleaner.hand_in(cleaner.sign())
    shown = cleaner.look()
    to(clock, 15, 40)
    manager = Hand(phone(people.manager))
    manager.hand_in(manager.refuse(shown))
    escalate()
    assert inbox_of(people.cleaner) == ["refused"]
    page = signed_in(people.cleaner).get(INBOX).text
    assert 'href="/floor/#handover/outgoing"' in page
    assert "the float is short" in page


@pytest.mark.usefixtures("refused")
def test_what_is_no_longer_theirs_to_see_says_so(people, escalate, signed_in):
    escalate()
    team = people.cleaner
    db.session.execute(
        sa.update(InboxItem)
        .where(InboxItem.user_id == people.going.id)
        .values(user_id=team.id)
    )
    db.session.commit()
    page = signed_in(team).get(INBOX).text
    assert "no longer yours to see" in page
    assert "the float is short" not in page


@pytest.mark.usefixtures("refused")
def test_an_item_of_a_handover_is_noted_like_any_other(people, escalate, signed_in):
    escalate()
    client = signed_in(people.manager)
    page = client.get(INBOX).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    (item,) = db.session.scalars(
        sa.select(InboxItem).where(InboxItem.user_id == people.manager.id)
    )
    path = f"{INBOX}{item.id}/acknowledgement"
    answer = client.post(
        path, data={"csrf_token": token}, headers={"HX-Request": "true"}
    )
    assert "Noted at 2026-11-21 22:30" in answer.text
    assert "the float is short" in answer.text
