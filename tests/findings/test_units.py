"""A shop's whole history on one page."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.findings import units
from mallops.places.models import Tenancy, Tenant, Unit
from tests.findings.conftest import LIST, taken
from tests.support.builders import words

SHOP = "/malls/demo/units/L1-002"


@pytest.fixture
def before(mall):
    """Somebody who traded there before the tenant of today."""
    unit = db.session.scalars(sa.select(Unit).filter_by(no="L1-002")).one()
    tenant = Tenant(mall_id=mall.id, name=words("Old shoes"), trade_category="fashion")
    db.session.add(tenant)
    db.session.flush()
    days = {"starts_on": date(2019, 3, 1), "ends_on": date(2024, 12, 31)}
    db.session.add(Tenancy(unit_id=unit.id, tenant_id=tenant.id, **days))
    db.session.commit()


def test_tenants_over_time_findings_and_the_log_are_on_one_page(
    before, found, desk, officers_phone, clock
):
    officers_phone.hand_in(
        officers_phone.seal({"text": "Shutter up", "place": "L1-002", "photos": []})
    )
    closed = found("Boxes outside", unit="L1-002", category="tenant")
    taken(desk.officer2, closed, "fix", text="Moved in")
    taken(desk.supervisor, closed, "verify")
    clock.move(minutes=3)
    still = found("Sign flickers", unit="L1-002", category="equipment")
    found("Elsewhere", unit="L1-001")
    page = desk.supervisor.get(SHOP).text
    assert page.index("Shop 2") < page.index("Old shoes")
    assert "2019-03-01 to 2024-12-31" in page
    assert page.index(f"finding-{still}") < page.index(f"finding-{closed}")
    for text in ("Shutter up", "Moved in", "November 2026", f"/entries/{still}"):
        assert text in page, text
    assert "Elsewhere" not in page


def test_months_are_told_apart(officers_phone, desk, clock):
    for days in (0, 1, 40):
        at = clock.now - timedelta(days=days)
        note = {"text": f"{days} days ago", "place": "L1-002", "photos": []}
        officers_phone.hand_in(officers_phone.seal(note, recorded_at=at))
    page = desk.manager.get(SHOP).text
    told = ("November 2026", "0 days ago", "1 days ago", "October 2026", "40 days ago")
    places = [page.index(text) for text in told]
    assert places == sorted(places)


def test_a_long_history_comes_in_pages(officers_phone, desk, monkeypatch):
    monkeypatch.setattr(units, "PAGE", 2)
    notes = [
        officers_phone.seal({"text": f"note {n}", "place": "L1-002", "photos": []})
        for n in range(5)
    ]
    officers_phone.hand_in(*notes)
    seen, address = [], SHOP
    while address:
        page = desk.auditor.get(address).text
        seen += [n for n in range(5) if f"note {n}" in page]
        _, more, rest = page.partition('rel="next" href="')
        address = rest.split("#")[0].replace("&amp;", "&") if more else ""
    assert sorted(seen) == list(range(5))


def test_a_shop_is_found_in_any_case_and_linked_from_entries_and_findings(found, desk):
    one = found(unit="L1-002")
    assert desk.officer.get("/malls/demo/units/l1-002").status_code == 200
    for address in (
        f"{LIST}{one}",
        f"/malls/demo/entries/{one}",
        "/malls/demo/log/2026-11-21",
    ):
        assert SHOP in desk.officer.get(address).text, address


def test_a_shop_without_any_history_says_so(desk):
    page = desk.officer.get("/malls/demo/units/L1-003").text
    assert "Nothing was recorded about this unit yet." in page


@pytest.mark.parametrize("no", ["L9-001", "x%00", "L1-A", "💡"])
def test_what_is_no_unit_is_not_found(desk, no):
    assert desk.officer.get(f"/malls/demo/units/{no}").status_code == 404


@pytest.mark.parametrize("after", ["x", "1-", "99999999999999999-1"])
def test_a_page_that_never_was_ours_is_named(desk, after):
    answer = desk.officer.get(f"{SHOP}?after={after}")
    assert answer.status_code == 400
    assert "This page of the list is not there." in answer.text


def test_the_page_costs_the_same_however_much_there_is(
    found, desk, officers_phone, count_queries
):
    found(unit="L1-002")
    desk.manager.get(SHOP)
    with count_queries() as few:
        desk.manager.get(SHOP)
    for n in range(5):
        taken(desk.supervisor, found(f"more {n}", unit="L1-002"), "void", text="Twice")
        found(f"open {n}", unit="L1-002")
    with count_queries() as many:
        desk.manager.get(SHOP)
    assert len(many) <= len(few) + 2, many  # closed ones: their tenants and photos
