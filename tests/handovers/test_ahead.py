"""What a handover tells of the next shift: permits, events, goods, tenants to watch."""

import html
import json
import re
from datetime import date, datetime, time, timedelta
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import ahead_words
from mallops.permits import actions
from mallops.places.models import Place, Unit
from mallops.shifts.models import ShiftPattern
from mallops.watches import actions as watches
from tests.handovers.conftest import EARLY, TODAY, as_shown, stored, to
from tests.notices.conftest import post
from tests.support import builders

PAGE = f"/malls/demo/handovers/{EARLY}"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def make(mall, people):
    def make(kind, hours, **given):
        """Of today, by the mall's clock; after midnight the hours go on: 25."""
        midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=ZONE)
        times = (midnight + timedelta(hours=hour) for hour in hours)
        return builders.make_permit(mall, *times, people.going, kind=kind, **given)

    return make


def told(hand, which="outgoing"):
    return [one["title"] for one in hand.look(which)["snapshot"]["next"]["permits"]]


def test_what_the_next_shift_meets_is_told_and_nothing_else(going, make):
    """The early shift hands over at 15:30 to the late one, which goes at 23:00."""
    make("delivery", (14, 15.5), title="before the change")
    make("visit", (15, 16), title="across it")
    make("fitout_permit", (-48, 72), title="for days")
    make("hot_work_permit", (22.5, 28), title="into the night")
    make("event", (23, 24), title="of the shift after")
    assert told(going) == ["for days", "across it", "into the night"]


def test_works_between_two_shifts_are_told_to_the_later_one(going, make):
    """Nobody is on duty from 15:30 to 16:30: who comes then answers for it."""
    late = db.session.scalars(sa.select(ShiftPattern).filter_by(code="late")).one()
    late.starts_at = time(16, 30)
    db.session.commit()
    make("hot_work_permit", (15.5, 16), title="between")
    assert told(going) == ["between"]


def test_goods_are_open_until_they_are_checked_off(going, make, people, clock):
    gone = make("goods_permit", (9, 11), title="ran out today")
    make("goods_permit", (-20, -10), title="ran out before the shift")
    make("goods_permit", (26, 30), title="of tomorrow")
    left = make("goods_permit", (9, 20), title="two pallets")
    assert told(going) == ["ran out today", "two pallets"]
    for permit, outcome in ((left, "done"), (gone, "cancelled")):
        actions.close(permit, outcome, "as listed", people.going.id, clock.now)
    db.session.commit()
    assert told(going) == []


def test_a_phone_reads_it_in_its_own_language(going, mall, make, people, clock):
    unit = db.session.scalars(sa.select(Unit).filter_by(no="L1-001")).one()
    zone = db.session.scalars(sa.select(Place).filter_by(code="L1-A")).one()
    site = db.session.scalars(sa.select(Unit).filter_by(no="L1-003")).one()
    site.state = "fitout"
    works = {"title": "Kitchen duct", "who": "Blaze Ltd", "people": 4}
    make("hot_work_permit", (22.5, 28), unit_id=unit.id, **works)
    make("event", (18, 20), place_id=zone.id, title="Choir")
    said = {"unit_no": "L1-002", "reason": "Owes rent", "last_day": TODAY}
    watches.mark(mall, **said, by_id=people.manager.id, now=clock.now)
    db.session.commit()
    assert going.look()["ahead"] == [
        "Late shift 15:30–23:00 · Coming, Officer2",
        "Fit-out: L1-003",
        "Hot work permit · Nov 21 22:30 – Nov 22 04:00 · L1-001 · Kitchen duct · "
        "Blaze Ltd · 4 people",
        "Event or promotion · Nov 21 18:00–20:00 · Level 1 A · Choir",
        "Tenants to watch: L1-002 Shop 2",
    ]
    people.going.language = "zh-Hans"
    db.session.commit()
    assert going.look()["ahead"][2:] == [
        "动火证 · 11月21日 22:30 – 11月22日 04:00 · L1-001 · Kitchen duct · "
        "Blaze Ltd · 4 人",
        "活动 · 11月21日 18:00–20:00 · Level 1 A 简 · Choir",
        "重点关注商户：L1-002 Shop 2 简",
    ]


def test_whom_to_watch_is_named_and_never_why(going, mall, people, clock):
    said = {"unit_no": "L1-002", "reason": "Owes rent", "last_day": TODAY}
    watch = watches.mark(mall, **said, by_id=people.manager.id, now=clock.now)
    db.session.commit()
    shown = going.look()
    (told,) = shown["snapshot"]["next"]["watches"]
    assert told == {"unit": "L1-002", "tenant": builders.words("Shop 2")}
    assert "Owes rent" not in json.dumps(shown)
    watches.end(watch, people.manager.id, clock.now)
    watches.mark(
        mall, **{**said, "last_day": TODAY}, by_id=people.manager.id, now=clock.now
    ).last_day = date(2026, 11, 20)
    db.session.commit()
    assert going.look()["snapshot"]["next"]["watches"] == []


def test_another_malls_are_its_own(going, make_mall, people, clock):
    other = make_mall(code="other")
    begins = clock.now + timedelta(hours=6)
    builders.make_permit(other, begins, begins + timedelta(hours=1))
    said = {"unit_no": "L1-002", "reason": "Owes rent", "last_day": TODAY}
    watches.mark(other, **said, by_id=people.manager.id, now=clock.now)
    for site in db.session.scalars(sa.select(Unit).filter_by(mall_id=other.id)):
        site.state = "fitout"
    db.session.commit()
    nothing = {"rounds": [], "fitout": [], "permits": [], "watches": []}
    assert going.look()["snapshot"]["next"] == nothing


def test_a_teams_handover_tells_nothing_of_it(mall, people, phone, make, clock):
    """It may be a contractor's, who never sees a tenant's arrears."""
    make("visit", (15, 20))
    pattern = builders.make_pattern(mall, "early", team="cleaning")
    builders.make_duty(pattern, TODAY, people.cleaner, clock.now)
    shown = phone(people.cleaner).get("/floor/handover").json["outgoing"]
    assert shown["snapshot"]["next"] == {"rounds": [], "fitout": []}
    assert ahead_words.parts(shown["snapshot"]) == []


def test_what_was_signed_stays_when_a_permit_is_changed(
    going, coming, make, people, clock
):
    permit = make("delivery", (18, 19), title="Bread")
    to(clock, 15, 20)
    shown = going.look()
    going.hand_in(signed := going.sign(shown))
    body = stored(UUID(signed["id"])).body
    said = {"title": "Fish", "starts_at": permit.starts_at, "ends_at": permit.ends_at}
    actions.change(permit, said, people.going.id, clock.now)
    db.session.commit()
    assert stored(UUID(signed["id"])).body == body
    after = coming.look("incoming")
    assert after["digest"] == shown["digest"]
    assert told(coming, "incoming") == ["Bread"]
    assert any("Bread" in line for line in after["ahead"])


def test_one_signed_by_an_older_version_is_still_read(going, clock):
    """It says nothing of permits, and nothing is made up."""
    to(clock, 15, 20)
    shown = going.look()
    old = {**shown["snapshot"], "next": {"rounds": [], "fitout": ["L1-003"]}}
    old = as_shown(shown, old)
    sealed = going.sign(old)
    assert [one["status"] for one in going.hand_in(sealed)] == ["accepted"]
    again = going.look()
    assert (again["digest"], again["snapshot"]) == (old["digest"], old["snapshot"])
    assert again["ahead"][1:] == ["Fit-out: L1-003"]


DELIVERY = {
    "kind": "delivery", "title": "Cold shelves", "unit": "", "place": "L1-A",
    "starts_at": "2026-11-21T22:30", "ends_at": "2026-11-21T23:30",
    "who": "Blaze Ltd", "people": "", "note": "",
}  # fmt: skip


def test_the_outgoing_adds_a_delivery_from_the_handover_and_is_back_there(
    people, signed_in
):
    desk = signed_in(people.going)
    page = desk.get(PAGE).text
    form = html.unescape(re.search(r'href="([^"]+/permits/new[^"]*)"', page)[1])
    typed = desk.get(form).text
    assert re.search(
        r'value="delivery"[^>]* checked|checked[^>]* value="delivery"', typed
    )
    assert 'value="2026-11-21T15:30"' in typed
    wrong = post(desk, form, {**DELIVERY, "title": ""})
    assert (wrong.status_code, "back=early" in wrong.text) == (422, True)
    added = post(desk, form, DELIVERY)
    assert added.location.endswith(PAGE)
    assert "Cold shelves · Blaze Ltd" in desk.get(PAGE).text
    assert "Cold shelves · Blaze Ltd" in desk.get(f"{PAGE}/print").text


def test_nobody_is_sent_elsewhere_by_a_link(people, signed_in):
    desk = signed_in(people.going)
    for back in ("//evil.example", "early.20991399", "\0"):
        address = f"/malls/demo/permits/new?back={quote(back)}"
        assert "/permits/" in post(desk, address, DELIVERY).location


def test_a_reader_of_the_handover_is_offered_no_form(people, signed_in):
    assert "permits/new" not in signed_in(people.officer).get(PAGE).text


def test_a_permit_added_meanwhile_is_news_to_who_signs(people, signed_in, make):
    desk = signed_in(people.going)
    page = desk.get(PAGE).text
    make("visit", (16, 17), title="Mayor")
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    asked = post(desk, f"{PAGE}/signature", {"seen": seen, "silence": "1"})
    assert asked.status_code == 422
    assert "What awaits the next shift, or who is on duty, changed" in asked.text
    assert "New since you looked" not in asked.text
    assert "Mayor" in asked.text
