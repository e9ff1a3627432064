"""A manager signs for a day: afterwards, as a second person, for what was seen."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger.models import Entry
from mallops.ledger.rebuild import rebuild
from mallops.signatures import day_verify
from tests.daylog.conftest import TOKEN
from tests.handovers.conftest import Hand

LOG = "/malls/demo/log/2026-11-21"


@pytest.fixture
def handed_over(going, own, clock):
    """The early shift was signed for; it is the next day."""
    own.hand_in(own.note("all quiet"))
    clock.move(hours=5)
    going.hand_in(going.sign())
    clock.move(hours=20)


def sign(client, **given):
    page = client.get(LOG).text
    form = {
        "csrf_token": TOKEN.search(client.get("/me/").text)[1],
        "seen": [v.split('"')[0] for v in page.split('name="seen" value="')[1:]],
        "through": page.split('name="through" value="')[-1].split('"')[0],
        **given,
    }
    return client.post(f"{LOG}/sign-off", data=form)


def signatures():
    query = sa.select(Entry).filter_by(kind="handover_sign")
    return [json.loads(entry.body) for entry in db.session.scalars(query)]


def sign_offs():
    db.session.rollback()
    query = sa.select(Entry).filter_by(kind="day_sign_off").order_by(Entry.ledger_seq)
    return [json.loads(entry.body) for entry in db.session.scalars(query)]


def test_a_manager_signs_and_later_entries_show(
    handed_over, people, phone, signed_in, clock
):
    browser = signed_in(people.manager)
    assert "1 handover signed" in browser.get(LOG).text
    assert sign(browser, remarks="fine").location == LOG
    (body,) = sign_offs()
    assert (body["day"], body["remarks"]) == ("2026-11-21", "fine")
    assert len(body["handovers"]) == 1
    page = browser.get(LOG).text
    assert "Signed off by Manager" in page
    assert "since" not in page.split('id="sign-off"')[1].split("</section>")[0]
    own = phone(people.officer)
    late = own.note("late", recorded_at=clock.now - timedelta(hours=22))
    own.hand_in(late)
    assert "1 entry since" in browser.get(LOG).text
    assert sign(browser).status_code == 302
    assert "1 entry since" not in browser.get(LOG).text
    assert len(sign_offs()) == 2


def test_a_day_that_runs_is_not_signed_off(people, signed_in):
    answer = sign(signed_in(people.manager), seen=[], through="0", remarks="early")
    assert answer.status_code == 422
    assert "The day is not over yet." in answer.text
    assert not sign_offs()


def test_what_changed_meanwhile_is_looked_at_again(
    handed_over,
    people,
    signed_in,
):
    answer = sign(signed_in(people.manager), seen=["0" * 64], remarks="keep me")
    assert answer.status_code == 422
    assert "Meanwhile the handovers of this day changed." in answer.text
    assert "keep me" in answer.text
    assert not sign_offs()


def test_who_handed_over_does_not_sign_for_the_day(people, phone, signed_in, clock):
    clock.move(hours=5)
    hand = Hand(phone(people.manager))
    hand.hand_in(hand.sign())
    clock.move(hours=20)
    seen = [one["digest"] for one in signatures()]
    own = sign(signed_in(people.manager), seen=seen, through="1")
    assert own.status_code == 422
    assert "another manager must sign it off" in own.text
    assert sign(signed_in(people.going)).status_code == 403
    assert sign(signed_in(people.auditor)).status_code == 403
    assert not sign_offs()
    assert sign(signed_in(people.manager2)).status_code == 302


def test_a_rebuild_comes_to_the_same_sign_off(handed_over, people, signed_in):
    browser = signed_in(people.manager)
    sign(browser, remarks="fine")
    before = browser.get(LOG).text.split('id="sign-off"')[1].split("</p>")[0]
    rebuild()
    db.session.commit()
    assert "Signed off by Manager" in before
    assert before in browser.get(LOG).text


def test_verify_names_a_handover_that_was_altered(
    handed_over,
    mall,
    people,
    signed_in,
):
    sign(signed_in(people.manager))
    assert not list(day_verify.faults(mall.id))
    db.session.rollback()
    entry = db.session.scalars(sa.select(Entry).filter_by(kind="handover_sign")).one()
    body = json.loads(entry.body)
    body["snapshot"]["through"] += 1
    entry.body = json.dumps(body)
    db.session.commit()
    (fault,) = day_verify.faults(mall.id)
    assert fault.reason.startswith("a handover was altered")


def test_its_page_leads_to_the_day(handed_over, people, signed_in):
    browser = signed_in(people.manager)
    sign(browser, remarks="fine")
    query = sa.select(Entry.id).filter_by(kind="day_sign_off")
    page = browser.get(f"/malls/demo/entries/{db.session.scalar(query)}")
    assert page.status_code == 200
    assert f'<a href="{LOG}">2026-11-21</a>' in page.text
