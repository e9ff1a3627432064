"""Tenants to watch: marked, listed, watched no more."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.places.models import Tenancy
from mallops.watches.models import TenantWatch
from tests.notices.conftest import post

WATCHES = "/malls/demo/watches/"
TYPED = {"unit": "l1-002", "reason": "Rent of two months", "last_day": "2026-12-01"}


@pytest.fixture
def mall(make_mall):
    return make_mall(code="demo")


@pytest.fixture
def manager(make_user, signed_in, mall):
    return signed_in(make_user(mall, "manager", username="manager"))


@pytest.fixture
def officer(make_user, signed_in, mall):
    return signed_in(make_user(mall, "officer"))


def kept():
    db.session.expire_all()
    return db.session.scalars(sa.select(TenantWatch)).all()


def test_a_mark_is_of_the_tenant_and_officers_see_it(manager, officer):
    assert post(manager, WATCHES, TYPED).status_code == 302
    (watch,) = kept()
    assert (watch.unit.no, watch.tenant.name["en"]) == ("L1-002", "Shop 2")
    page = officer.get(WATCHES).text
    assert "Rent of two months" in page
    assert "Watch no more" not in page
    assert post(officer, WATCHES, TYPED).status_code == 403


def test_a_mark_ends_with_its_last_day(manager, make_user, mall, signed_in, clock):
    post(manager, WATCHES, TYPED)
    reader = make_user(mall, "auditor")
    clock.move(days=10)
    assert "No tenant is marked now." not in signed_in(reader).get(WATCHES).text
    clock.move(days=1)
    assert "No tenant is marked now." in signed_in(reader).get(WATCHES).text


def test_watched_no_more_stays_on_the_page_with_who_said_so(manager, clock):
    post(manager, WATCHES, TYPED)
    (watch,) = kept()
    ending = f"{WATCHES}{watch.id}/end"
    assert post(manager, ending).status_code == 302
    ended_at = kept()[0].ended_at
    clock.move(minutes=1)
    post(manager, ending)
    assert kept()[0].ended_at == ended_at
    page = manager.get(WATCHES).text
    assert "No tenant is marked now." in page
    assert "ended by Manager" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"unit": "L9-999"}, "There is no unit with this number here."),
        ({"unit": "\0"}, "There is no unit with this number here."),
        ({"reason": ""}, "Say why the shifts shall watch this tenant."),
        ({"last_day": "never"}, "This is not a date."),
        ({"last_day": "2026-11-20"}, "This day is past."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(manager, typed, said):
    answer = post(manager, WATCHES, {**TYPED, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert (typed.get("unit") or TYPED["unit"]).strip("\0") in answer.text
    assert kept() == []


def test_nobody_is_watched_in_a_vacant_unit(manager, mall):
    for tenancy in db.session.scalars(sa.select(Tenancy)):
        tenancy.ends_on = date(2026, 11, 21) - timedelta(days=1)
    db.session.commit()
    assert "Nobody holds this unit today." in post(manager, WATCHES, TYPED).text
