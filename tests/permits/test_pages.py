"""Permits at the desk: listed, added, changed, closed."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.permits import actions
from mallops.permits.models import Permit
from mallops.places.models import Place
from tests.notices.conftest import post
from tests.support import builders

PERMITS = "/malls/demo/permits/"
NEW = f"{PERMITS}new"
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
TYPED = {
    "kind": "hot_work_permit", "title": "Kitchen duct, welding", "unit": "l1-001",
    "place": "", "starts_at": "2026-11-21T22:30", "ends_at": "2026-11-22T04:30",
    "who": "Blaze Ltd", "people": "4", "note": "Sprinklers off in the kitchen",
}  # fmt: skip


@pytest.fixture
def mall(make_mall):
    return make_mall(code="demo")


@pytest.fixture
def lead(make_user, mall):
    return make_user(mall, "supervisor", username="lead")


@pytest.fixture
def supervisor(lead, signed_in):
    return signed_in(lead)


@pytest.fixture
def officer(make_user, signed_in, mall):
    return signed_in(make_user(mall, "officer"))


@pytest.fixture
def make(mall, clock):
    def make(hours, lasts=AN_HOUR, **given):
        begins = clock.now + timedelta(hours=hours)
        return builders.make_permit(mall, begins, begins + lasts, **given)

    return make


def kept():
    db.session.expire_all()
    return db.session.scalars(sa.select(Permit).order_by(Permit.id)).all()


def text(client, path=PERMITS):
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.text


def test_a_supervisor_enters_it_on_the_malls_clock_and_an_officer_reads_it(
    supervisor, officer, lead, clock
):
    answer = post(supervisor, NEW, TYPED)
    (permit,) = kept()
    assert answer.location.endswith(f"/permits/{permit.id}")
    assert permit.starts_at == datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
    assert (permit.unit.no, permit.people) == ("L1-001", 4)
    assert (permit.created_by_id, permit.created_at) == (lead.id, clock.now)
    listed = text(officer)
    assert "Nov 21 22:30 – Nov 22 04:30" in listed
    assert "4 people" in listed
    assert "Sprinklers off in the kitchen" in text(officer, answer.location)
    assert post(officer, NEW, TYPED).status_code == 403


def test_who_reads_permits_changes_none(officer, make):
    page = f"{PERMITS}{make(1).id}"
    for path, form in (("edit", TYPED), ("closure", {"outcome": "done"})):
        assert post(officer, f"{page}/{path}", form).status_code == 403
    shown = text(officer, page)
    assert ("/edit" in shown, "/closure" in shown) == (False, False)


def test_it_may_be_at_a_place_or_nowhere_in_particular(supervisor):
    post(supervisor, NEW, {**TYPED, "unit": "", "place": "L1-A"})
    post(supervisor, NEW, {**TYPED, "unit": "", "people": ""})
    there, anywhere = kept()
    assert there.place.code == "L1-A"
    assert (anywhere.unit_id, anywhere.place_id, anywhere.people) == (None, None, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": ""}, "Choose what it is."),
        ({"kind": "picnic"}, "Not a valid choice"),
        ({"title": " \0 "}, "Say what it is about."),
        ({"unit": "L9-999"}, "There is no unit with this number here."),
        ({"unit": "L1\0"}, "There is no unit with this number here."),
        ({"place": "L1-A"}, "Choose a place or enter a unit, not both."),
        ({"place": "L9"}, "Not a valid choice"),
        ({"starts_at": "soon"}, "This is not a date with a time."),
        ({"ends_at": ""}, "Until when?"),
        ({"ends_at": "2026-11-21T22:30"}, "It ends before it begins."),
        ({"ends_at": "2027-11-23T22:30"}, "Enter at most a year at once."),
        ({"people": "some"}, "Write how many, from 1 to 9999."),
        ({"people": "0"}, "Write how many, from 1 to 9999."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(supervisor, typed, said):
    answer = post(supervisor, NEW, {**TYPED, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert TYPED["who"] in answer.text
    assert kept() == []


def test_it_is_changed_until_it_is_closed(supervisor, make, clock):
    permit = make(1, kind="visit")
    clock.move(minutes=5)
    page = f"{PERMITS}{permit.id}"
    assert "The visit" in text(supervisor, f"{page}/edit")
    moved = {**TYPED, "title": "Fire brigade"}
    assert post(supervisor, f"{page}/edit", moved).status_code == 302
    (changed,) = kept()
    assert (changed.title, changed.set_at) == ("Fire brigade", clock.now)
    assert "Last changed" in text(supervisor, page)
    wrong = post(supervisor, f"{page}/edit", {**moved, "title": ""})
    assert (wrong.status_code, "Blaze Ltd" in wrong.text) == (422, True)
    backwards = {**moved, "ends_at": moved["starts_at"]}
    wrong = post(supervisor, f"{page}/edit", backwards)
    assert "It ends before it begins." in wrong.text
    post(supervisor, f"{page}/closure", {"outcome": "done", "reason": ""})
    late = post(supervisor, f"{page}/edit", {**TYPED, "title": "Another"})
    assert late.status_code == 422
    assert "Meanwhile it was closed." in late.text
    assert kept()[0].title == "Fire brigade"
    assert supervisor.get(f"{page}/edit").status_code == 302


def test_closed_once_and_cancelled_with_a_reason(supervisor, lead, make, clock):
    permit = make(-1, kind="goods_permit", lasts=2 * AN_HOUR)
    closure = f"{PERMITS}{permit.id}/closure"
    assert post(supervisor, closure, {"reason": "typed"}).status_code == 422
    unexplained = post(supervisor, closure, {"outcome": "cancelled", "reason": " "})
    assert "Say why it is cancelled." in unexplained.text
    said = {"outcome": "done", "reason": "Two pallets, as listed"}
    assert post(supervisor, closure, said).status_code == 302
    again = post(supervisor, closure, {"outcome": "cancelled", "reason": "late"})
    assert again.status_code == 422
    (closed,) = kept()
    assert (closed.outcome, closed.closed_because) == ("done", said["reason"])
    assert (closed.closed_by_id, closed.closed_at) == (lead.id, clock.now)
    assert said["reason"] in text(supervisor, f"{PERMITS}{permit.id}")


def test_today_first_then_the_days_to_come_and_what_was_before_apart(
    officer, lead, signed_in, make, clock
):
    make(-72, title="Hoarding of weeks", lasts=9 * A_DAY, kind="fitout_permit")
    make(1, title="Bread")
    make(26, title="Mayor", kind="visit")
    make(-30, title="Chairs out", kind="goods_permit")
    off = make(48, title="Parade", kind="event")
    actions.close(off, "cancelled", "rain", lead.id, clock.now)
    db.session.commit()
    listed = text(officer)
    order = [listed.index(one) for one in ("Hoarding", "Bread", "Mayor", "Parade")]
    assert order == sorted(order)
    assert listed.index("Today</h2>") < order[0]
    assert "Chairs out" not in listed
    before = text(officer, f"{PERMITS}?past=1")
    assert "Chairs out" in before
    assert "Ran out, not checked off" in before
    assert "Bread" not in before
    visits = text(officer, f"{PERMITS}?kind=visit")
    assert ("Mayor" in visits, "Bread" in visits) == (True, False)
    assert "Bread" in text(officer, f"{PERMITS}?kind=picnic&past=2")
    clock.move(days=1)
    tomorrow = signed_in(lead)
    assert "Parade" not in text(tomorrow)
    assert "Parade" in text(tomorrow, f"{PERMITS}?past=1")


def test_a_place_that_is_gone_does_not_hide_the_list(officer, mall, make):
    zone = db.session.scalars(sa.select(Place).filter_by(code="L1-A")).one()
    make(1, title="Stage", place_id=zone.id)
    assert "Level 1 A" in text(officer)
