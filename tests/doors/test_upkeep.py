"""What is not in order at a door (D05, D06, D11) is a finding with its limit."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.findings.models import Finding
from mallops.ledger.models import LogLine
from mallops.ledger.rebuild import rebuild
from tests.notices.conftest import post
from tests.support.doors import at, look, taken


def findings():
    db.session.rollback()
    return db.session.scalars(sa.select(Finding).order_by(Finding.id)).all()


@pytest.mark.parametrize(
    ("given", "item", "severity", "minutes", "team"),
    [
        ({"lights": False}, "D05", "S4", 24 * 60, None),
        ({"tidy": False}, "D06", "S3", 30, None),
        ({"event": "closing", "status": "closed", "locked": False},
         "D11", "S2", 10, None),
    ],
)  # fmt: skip
def test_a_no_is_a_finding_for_the_tenant(
    own, clock, given, item, severity, minutes, team
):
    at(clock, 10, 2)
    taken(own, sealed := look(own, note="racks outside", **given))
    (found,) = findings()
    assert (found.id, found.item) == (f"{sealed['id']}.{item}", item)
    assert (found.severity, found.category) == (severity, "tenant")
    assert found.fix_by == clock.now + timedelta(minutes=minutes)
    assert (found.unit.no, found.text) == ("L1-001", "racks outside")
    assert "RN" in found.triggers  # a notice to the tenant is prepared
    assert db.session.scalars(sa.select(LogLine)).one().problem


def test_in_order_or_not_looked_at_opens_none(own, clock):
    at(clock, 10, 2)
    taken(own, look(own, lights=True, tidy=True), look(own))
    assert findings() == []
    assert not any(line.problem for line in db.session.scalars(sa.select(LogLine)))


def test_several_at_one_door_are_several(own, clock):
    at(clock, 10, 2)
    taken(own, look(own, lights=False, tidy=False))
    assert [one.item for one in findings()] == ["D05", "D06"]


def test_while_one_is_open_the_next_look_opens_no_second(own, clock):
    at(clock, 10, 2)
    taken(own, first := look(own, tidy=False))
    taken(own, look(own, tidy=False), look(own, tidy=False, unit="L1-002"))
    assert len(findings()) == 2
    clock.move(hours=1)
    taken(own, look(own, tidy=False))
    assert len(findings()) == 2
    fix = {"finding": f"{first['id']}.D06", "step": "fix"}
    taken(own, own.seal(fix, kind="finding_update"))
    clock.move(hours=1)
    taken(own, look(own, tidy=False))  # and it is so again
    assert len(findings()) == 3


def test_taking_back_the_look_takes_them_back_and_a_rebuild_agrees(own, clock):
    at(clock, 11, 30)
    wrong = look(own, "not_open", tidy=False, lights=False)
    taken(own, wrong)
    assert len(findings()) == 3  # and S2 for not being open
    undo = {"sighting": wrong["id"], "reason": "wrong row"}
    taken(own, own.seal(undo, kind="door_withdrawal"))
    assert {one.state for one in findings()} == {"void"}
    before = db.session.execute(sa.select(Finding.__table__)).all()
    rebuild()
    db.session.commit()
    assert db.session.execute(sa.select(Finding.__table__)).all() == before


def test_the_entry_leads_to_them(own, clock, signed_in, make_user, mall):
    at(clock, 10, 2)
    taken(own, sealed := look(own, lights=False, tidy=False))
    reader = signed_in(make_user(mall, "manager"))
    page = reader.get(f"/malls/demo/entries/{sealed['id']}").text
    for item in ("D05", "D06"):
        path = f"/malls/demo/findings/{sealed['id']}.{item}"
        assert path in page
        assert reader.get(path).status_code == 200
    page = reader.get("/malls/demo/findings/").text
    assert "Lights or shop sign not on" in page


def test_what_is_out_of_order_stays_so_when_the_shop_was_excused(
    own, clock, signed_in, make_user, mall
):
    at(clock, 11, 30)
    taken(own, look(own, "not_open", tidy=False))
    supervisor = signed_in(make_user(mall, "supervisor"))
    answer = post(
        supervisor,
        "/malls/demo/doors/cases/L1-001/2026-11-21/dismissal",
        {"event": "opening", "cause": "appeal", "reason": "power cut"},
    )
    assert answer.status_code == 302, answer.text
    assert {one.item: one.state for one in findings()} == {None: "void", "D06": "open"}
