"""The page of a week: reading it, changing it, copying the week before."""

import re
from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.shifts import queries
from mallops.shifts.models import RosterChange, ShiftDuty
from mallops.shifts.rules import present
from tests.shifts.conftest import TODAY
from tests.support.builders import make_duty, make_pattern, make_team

WEEK = "/malls/demo/shifts/2026-W47"
EARLY = "/malls/demo/shifts/early.20261121/people"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HX = {"HX-Request": "true"}


@pytest.fixture
def people(mall, make_user):
    return {
        "an": make_user(mall, username="an"),
        "bo": make_user(mall, username="bo"),
        "li": make_user(mall, "supervisor", username="li"),
    }


@pytest.fixture
def desk(people, patterns, signed_in):
    """A supervisor's browser."""
    return signed_in(people["li"])


def lines():
    db.session.rollback()
    rows = db.session.scalars(sa.select(ShiftDuty).order_by(ShiftDuty.id)).all()
    return [(row.day.day, row.user.username, row.is_lead) for row in rows]


def history():
    rows = db.session.scalars(sa.select(RosterChange).order_by(RosterChange.id))
    return [(row.what, row.user.username, row.by.username) for row in rows]


def post(browser, path, hx=False, **data):
    token = TOKEN.search(browser.get("/me/").text)[1]
    headers = HX if hx else {}
    return browser.post(path, data={"csrf_token": token, **data}, headers=headers)


def text_of(response):
    return " ".join(response.get_data(as_text=True).split())


# -- Reading --------------------------------------------------------------------------


def test_the_page_leads_to_the_week_that_runs(desk):
    assert desk.get("/malls/demo/shifts/").location == WEEK
    assert desk.get("/malls/demo/shifts/2026-11-19").location == WEEK
    assert desk.get(WEEK).status_code == 200


@pytest.mark.parametrize(
    "week",
    ["2026-W54", "2026-W00", "2026-11-31", "1999-W01", "soon", "2026-W4", "9999-W52"],
)
def test_what_is_no_week_is_not_there(desk, week):
    assert desk.get(f"/malls/demo/shifts/{week}").status_code == 404
    assert desk.get(f"{WEEK}?team=none").status_code == 404


def test_a_week_names_who_is_on_and_who_leads(desk, rostered, people):
    rostered("late", people["an"], is_lead=True)
    page = text_of(desk.get(WEEK))
    assert re.search(r'An <span class="shift__lead"> ?<svg.*?</svg> leads', page)
    assert page.count("Nobody is rostered") == 21 - 1 + 1  # and on duty now


def test_on_duty_now_says_who_leads_and_until_when(desk, rostered, people):
    rostered("early", people["an"])
    page = text_of(desk.get(WEEK))
    assert "until 15:30" in page
    assert "Nobody leads" in page
    rostered("early", people["li"], is_lead=True)
    assert "Nobody leads" not in text_of(desk.get(WEEK))


def test_the_log_of_today_says_who_is_on_duty(
    desk, rostered, people, mall, make_user, clock
):
    rostered("early", people["an"], is_lead=True)
    rostered("early", people["li"])
    guard = make_user(mall, "team", team="security", username="guard")
    pattern = make_pattern(mall, "early", team="security")
    make_duty(pattern, TODAY, guard, clock.now)
    page = text_of(desk.get("/malls/demo/log/2026-11-21"))
    on_duty = re.search(r"On duty now.*?</section>", page, re.DOTALL)[0]
    named = r"Operations.*An.*\(leads\).*Li.*security.*Guard"
    assert re.search(named, on_duty, re.IGNORECASE)
    assert on_duty.count("until 15:30") == 2
    assert on_duty.count("Nobody leads") == 1
    assert "On duty now" not in text_of(desk.get("/malls/demo/log/2026-11-20"))


def test_the_shifts_of_a_team_have_their_own_page(desk, mall, make_user):
    guard = make_user(mall, "team", team="security", username="guard")
    make_pattern(mall, "night", team="security")
    path = "/malls/demo/shifts/security-night.20261121/people"
    assert post(desk, path, person=guard.id).status_code == 302
    assert "Guard" in text_of(desk.get(f"{WEEK}?team=security"))
    assert "Guard" not in text_of(desk.get(WEEK))


def test_officers_read_and_cannot_change(desk, people, signed_in):
    officer = signed_in(people["an"])
    page = officer.get(f"{WEEK}?open=early.20261121")
    assert "Add somebody" not in text_of(page)
    assert post(officer, EARLY, person=people["an"].id).status_code == 403
    assert post(officer, f"{WEEK}/copy").status_code == 403
    assert lines() == []


def test_a_team_has_no_roster_to_read(mall, make_user, signed_in, patterns):
    make_team(mall, "cleaning", contractor=True)
    cleaner = signed_in(make_user(mall, "team", team="cleaning"))
    assert cleaner.get(WEEK).status_code == 403


# -- Changing -------------------------------------------------------------------------


@pytest.mark.parametrize("hx", [False, True], ids=["page", "in place"])
def test_people_are_added_led_and_taken_off(desk, people, hx):
    ok = 200 if hx else 302
    an, bo = people["an"].id, people["bo"].id
    for path, data in [
        (EARLY, {"person": an}),
        (EARLY, {"person": bo}),
        (f"{EARLY}/{an}/lead", {}),
        (f"{EARLY}/{bo}/lead", {}),
        (f"{EARLY}/{an}/removal", {}),
    ]:
        assert post(desk, path, hx, **data).status_code == ok
    assert lines() == [(21, "bo", True)]
    assert history() == [
        ("added", "an", "li"),
        ("added", "bo", "li"),
        ("leads", "an", "li"),
        ("leads_not", "an", "li"),
        ("leads", "bo", "li"),
        ("removed", "an", "li"),
    ]


def test_who_changed_what_when_is_shown(desk, people):
    post(desk, EARLY, person=people["an"].id)
    page = text_of(desk.get(EARLY, headers=HX))
    assert "An put on the shift" in page
    assert "Li, 11-21 10:00" in page


def there(mall):
    shift = queries.find_shift(mall, "early.20261121")
    return [one.id for one in present(queries.people_on(mall, shift))]


def test_an_absent_one_is_replaced_and_may_come_back(desk, mall, people):
    an, bo = people["an"].id, people["bo"].id
    post(desk, EARLY, person=an)
    post(desk, f"{EARLY}/{an}/absence", reason="dentist", replaced_by=bo)
    page = text_of(desk.get(WEEK))
    assert "absent: dentist" in page
    assert "Bo stands in" in page
    assert there(mall) == [bo]
    post(desk, f"{EARLY}/{an}/return")
    assert there(mall) == [an]
    assert [what for what, *_ in history()] == ["added", "absent", "back"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 201}, "within 200 characters"),
        ({"reason": "dentist", "replaced_by": "{an}"}, "Somebody else"),
        ({"reason": "dentist", "replaced_by": "999"}, "Choose somebody"),
        ({"reason": "dentist", "replaced_by": "{stranger}"}, "Choose somebody"),
    ],
)
def test_a_refused_absence_keeps_what_was_typed(
    desk, people, make_mall, make_user, data, told
):
    ids = {"an": people["an"].id, "stranger": make_user(make_mall(code="other")).id}
    data = {name: value.format(**ids) for name, value in data.items()}
    post(desk, EARLY, person=ids["an"])
    page = post(desk, f"{EARLY}/{ids['an']}/absence", **data)
    assert page.status_code == 422
    assert told in text_of(page)
    assert f'value="{data["reason"]}"' in page.get_data(as_text=True)
    assert post(desk, f"{EARLY}/{ids['an']}/absence", True, **data).status_code == 200
    assert db.session.scalar(sa.select(ShiftDuty)).absent_reason is None


def test_only_people_of_the_team_with_an_account_are_added(
    desk, mall, people, make_mall, make_user, clock
):
    stranger = make_user(make_mall(code="other"))
    guard = make_user(mall, "team", team="security")
    people["bo"].disabled_at = clock.now
    db.session.commit()
    for person, told in [
        (stranger.id, "Choose somebody"),
        (guard.id, "Choose somebody"),
        ("", "Choose somebody"),
        ("١", "Choose somebody"),
        ("9" * 30, "Choose somebody"),
        (people["bo"].id, "Bo&#39;s account is disabled."),
    ]:
        page = post(desk, EARLY, person=person)
        assert page.status_code == 422
        assert told in text_of(page)
    assert lines() == []


def test_nobody_is_on_a_shift_twice_nor_changed_when_gone(desk, people):
    an = people["an"].id
    post(desk, EARLY, person=an)
    assert "on this shift already" in text_of(post(desk, EARLY, person=an))
    post(desk, f"{EARLY}/{an}/removal")
    page = post(desk, f"{EARLY}/{an}/lead")
    assert page.status_code == 422
    assert "not on the shift any more" in text_of(page)


def test_whoever_left_the_mall_can_be_taken_off(desk, people, clock):
    an = people["an"]
    post(desk, EARLY, person=an.id)
    an.memberships[0].ended_at = clock.now
    db.session.commit()
    assert post(desk, f"{EARLY}/{an.id}/removal").status_code == 302
    assert lines() == []


def test_two_shifts_at_once_are_a_warning_and_no_refusal(desk, mall, people, rostered):
    rostered("night", people["an"], TODAY - timedelta(days=1))
    assert post(desk, EARLY, person=people["an"].id).status_code == 302
    assert "at the same time" not in text_of(desk.get(WEEK))
    make_pattern(mall, "middle", starts_at=time(11), ends_at=time(19))
    middle = "/malls/demo/shifts/middle.20261121/people"
    assert post(desk, middle, person=people["an"].id).status_code == 302
    page = text_of(desk.get(WEEK))
    assert "at the same time on Middle shift, 11-21 11:00" in page
    assert "at the same time on Early shift, 11-21 08:30" in page


def test_a_shift_that_is_not_there_cannot_be_changed(desk, people):
    for path in ("noon.20261121", "early.20250101", "early"):
        assert post(desk, f"/malls/demo/shifts/{path}/people").status_code == 404


# -- Copying --------------------------------------------------------------------------


def test_last_week_is_copied_onto_empty_shifts_only(desk, people, patterns, clock):
    before = TODAY - timedelta(days=7)
    make_duty(patterns["early"], before, people["an"], clock.now, is_lead=True)
    absent = {"absent_reason": "ill", "replaced_by_id": people["li"].id}
    make_duty(patterns["early"], before, people["bo"], clock.now, **absent)
    make_duty(patterns["late"], before, people["an"], clock.now)
    make_duty(patterns["late"], TODAY, people["bo"], clock.now)
    page = post(desk, f"{WEEK}/copy")
    told = text_of(desk.get(page.location))
    assert "2 lines copied from last week." in told
    assert "1 shift has people already" in told
    assert lines()[3:] == [(21, "bo", False), (21, "an", True), (21, "bo", False)]
    early = db.session.scalars(sa.select(ShiftDuty).where(ShiftDuty.day == TODAY))
    assert {row.absent_reason for row in early} == {None}


def test_copying_leaves_out_whoever_left_and_says_so(desk, people, patterns, clock):
    before = TODAY - timedelta(days=7)
    for name in ("an", "bo"):
        make_duty(patterns["early"], before, people[name], clock.now)
    people["bo"].disabled_at = clock.now
    db.session.commit()
    told = text_of(desk.get(post(desk, f"{WEEK}/copy").location))
    assert "1 line copied" in told
    assert "left out: Bo." in told


def test_copying_twice_copies_nothing_more(desk, people, patterns, clock):
    before = TODAY - timedelta(days=7)
    make_duty(patterns["early"], before, people["an"], clock.now)
    post(desk, f"{WEEK}/copy")
    told = text_of(desk.get(post(desk, f"{WEEK}/copy").location))
    assert "Nothing copied" in told
    assert len(lines()) == 2
