"""A shop closed an hour after its hour, and no contact: a finding S2 at once, once."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.findings.models import Finding
from mallops.ledger.rebuild import rebuild
from tests.support.doors import at, look, taken


def findings():
    db.session.rollback()
    return db.session.scalars(sa.select(Finding).order_by(Finding.id)).all()


def test_it_is_opened_by_the_sighting_and_once_a_day(
    own, phone, make_user, mall, clock
):
    at(clock, 11, 0)
    first = look(own, "not_open", note="shutter down")
    taken(own, first)
    (found,) = findings()
    assert (found.id, found.severity, found.category) == (first["id"], "S2", "tenant")
    assert (found.text, found.entry_id) == ("shutter down", UUID(first["id"]))
    assert (found.unit.no, found.opened_at) == ("L1-001", clock.now)
    assert "RN" not in found.triggers  # no draft of a notice
    at(clock, 11, 5)
    colleague = phone(make_user(mall))
    taken(colleague, look(colleague, "not_open"), look(colleague, "not_open"))
    assert len(findings()) == 1
    taken(own, look(own, "not_open", unit="L1-002"))
    assert len(findings()) == 2


@pytest.mark.parametrize(
    ("hour", "minute", "given"),
    [
        (10, 59, {}),
        (11, 30, {"reason": "staff_late"}),
        (11, 30, {"how": "bulk"}),
        (11, 30, {"status": "vacant"}),
        (23, 30, {"event": "closing", "status": "closed"}),
    ],
)
def test_what_is_explained_or_too_soon_opens_none(own, clock, hour, minute, given):
    at(clock, hour, minute)
    taken(own, look(own, **{"status": "not_open", **given}))
    assert findings() == []


def test_a_shop_that_was_open_before_is_not_missing(own, clock):
    at(clock, 10, 2)
    taken(own, look(own))
    at(clock, 11, 30)
    taken(own, look(own, "not_open"))
    assert findings() == []


def test_a_sighting_that_arrives_late_is_judged_by_when_it_was_made(own, clock):
    at(clock, 10, 30)
    sealed = look(own, "not_open")
    at(clock, 13, 0)
    taken(own, sealed)
    assert findings() == []


@pytest.mark.parametrize("together", [True, False])
def test_taking_back_the_tap_takes_back_the_finding(own, clock, together):
    at(clock, 11, 30)
    wrong = look(own, "not_open")
    clock.move(seconds=5)
    body = {"sighting": wrong["id"], "reason": "wrong row"}
    undo = own.seal(body, kind="door_withdrawal")
    for batch in ([wrong, undo],) if together else ([wrong], [undo]):
        taken(own, *batch)
    (found,) = findings()
    assert (found.state, found.contradicted) == ("void", False)
    before = db.session.execute(sa.select(Finding.__table__)).all()
    rebuild()
    db.session.commit()
    assert db.session.execute(sa.select(Finding.__table__)).all() == before


def test_the_entry_leads_to_its_finding(own, clock, signed_in, make_user, mall):
    at(clock, 11, 30)
    sealed = look(own, "not_open")
    taken(own, sealed)
    reader = signed_in(make_user(mall, "manager"))
    page = reader.get(f"/malls/demo/entries/{sealed['id']}").text
    assert f"/malls/demo/findings/{sealed['id']}" in page
    page = reader.get("/malls/demo/findings/").text
    assert "Shop not open long after its hour, and no contact" in page
