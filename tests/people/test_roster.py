"""The people of a mall: who reads the list, and what an administrator may change."""

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.people import actions
from mallops.people.models import Membership

PEOPLE = "/malls/demo/people/"
CHANGES = ("disable", "enable", "sign-out", "leave")


@pytest.fixture
def enter(browser, mall, make_user):
    """``enter("admin")``: a browser of somebody with that role."""

    def enter(role, where=None):
        user = make_user(where or mall, role)
        one = browser()
        one.sign_in(user.username)
        one.user = user
        return one

    return enter


def test_an_administrator_reports_the_phone_of_a_person_lost(
    enter, mall, make_user, phone
):
    person = make_user(mall)
    lost = phone(person)
    address = f"{PEOPLE}{person.id}/phones/{lost.install}/lost"
    assert enter("manager").post(address).status_code == 403
    admin = enter("admin")
    assert address in admin.get("/malls/demo/phones/").text
    assert admin.post(address).location == "/malls/demo/phones/"
    assert lost.batch().status_code == 401
    assert admin.post(address).status_code == 404  # nobody's any more


@pytest.fixture
def elsewhere(make_mall):
    return make_mall(code="other")


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("admin", 200),
        ("manager", 200),
        ("officer", 403),
        ("supervisor", 403),
        ("team", 403),
        ("auditor", 403),
    ],
)
def test_who_reads_the_roster(enter, role, code):
    assert enter(role).get(PEOPLE).status_code == code


def test_people_of_another_mall_do_not_find_it(enter, elsewhere):
    assert enter("admin", elsewhere).get(PEOPLE).status_code == 404


def test_the_roster_names_only_this_mall(enter, mall, elsewhere, make_user):
    make_user(mall, "team", username="plumber", team="engineering")
    make_user(elsewhere, "officer", username="stranger")
    page = enter("manager").get(PEOPLE).text
    assert "plumber" in page
    assert "engineering" in page
    assert "stranger" not in page
    assert "Disable" not in page  # only an administrator may


def test_names_are_text(enter, mall, make_user):
    user = make_user(mall, "officer")
    user.name = "<script>alert(1)</script><b hx-get='/x'>"
    db.session.commit()
    assert "<script>alert" not in enter("admin").get(PEOPLE).text


def test_a_disabled_person_is_out_at_once_and_can_come_back(enter):
    admin, officer = enter("admin"), enter("officer")
    name = officer.user.username
    admin.post(f"{PEOPLE}{officer.user.id}/disable")
    assert not officer.is_signed_in()
    assert officer.sign_in(name).status_code == 401
    page = admin.get(PEOPLE).text
    assert "is disabled and signed out" in page
    assert 'state--wrong"' in page
    admin.post(f"{PEOPLE}{officer.user.id}/enable")
    assert not officer.is_signed_in()
    assert officer.sign_in(name).status_code == 302


def test_signed_out_everywhere(enter):
    admin, officer = enter("admin"), enter("officer")
    admin.post(f"{PEOPLE}{officer.user.id}/sign-out")
    assert not officer.is_signed_in()
    assert officer.sign_in(officer.user.username).status_code == 302


def test_who_leaves_a_mall_keeps_the_account(enter, clock):
    admin, officer = enter("admin"), enter("officer")
    admin.post(f"{PEOPLE}{officer.user.id}/leave")
    rows = sa.select(Membership.ended_at).where(Membership.user_id == officer.user.id)
    assert db.session.scalars(rows).one() == clock.now
    page = officer.get("/me/")
    assert "You have no role in any mall yet" in page.text
    assert officer.get(PEOPLE).status_code == 404
    assert officer.user.username not in admin.get(PEOPLE).text.split("<ul", 1)[1]


def test_a_person_shared_with_another_mall_is_not_disabled(enter, elsewhere, clock):
    admin, officer = enter("admin"), enter("officer")
    actions.start_membership(officer.user, elsewhere.id, "officer", clock.now)
    db.session.commit()
    admin.post(f"{PEOPLE}{officer.user.id}/disable")
    assert "also works in another mall" in admin.get(PEOPLE).text
    assert officer.is_signed_in()


@pytest.mark.parametrize("change", ["disable", "leave"])
def test_an_administrator_does_not_shut_themselves_out(enter, change):
    admin = enter("admin")
    admin.post(f"{PEOPLE}{admin.user.id}/{change}")
    assert "You cannot" in admin.get(PEOPLE).text


@pytest.mark.parametrize("change", CHANGES)
def test_only_an_administrator_changes_people(enter, change):
    manager, officer = enter("manager"), enter("officer")
    answer = manager.post(f"{PEOPLE}{officer.user.id}/{change}")
    assert answer.status_code == 403
    assert officer.is_signed_in()


@pytest.mark.parametrize("change", CHANGES)
def test_people_of_another_mall_are_not_found(enter, elsewhere, change):
    admin, stranger = enter("admin"), enter("officer", elsewhere)
    path = f"{stranger.user.id}/{change}"
    assert admin.post(f"{PEOPLE}{path}").status_code == 404
    assert admin.post(f"/malls/other/people/{path}").status_code == 404
    assert stranger.is_signed_in()


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_without_the_token(enter, change):
    admin, officer = enter("admin"), enter("officer")
    path = f"{PEOPLE}{officer.user.id}/{change}"
    assert admin.post(path, csrf_token="x").status_code == 400
    assert admin.get(path).status_code == 405
    assert officer.is_signed_in()
