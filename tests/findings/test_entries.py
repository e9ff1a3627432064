"""Findings as they come in from phones: opened, followed, held, never lost."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger.models import Entry, LogLine
from mallops.ledger.rebuild import rebuild
from tests.support.builders import jpeg, sha256


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall))


@pytest.fixture
def lead(phone, make_user, mall):
    return phone(make_user(mall, "supervisor"))


def seen(phone, text="Water on the floor", **body):
    """A finding seen outside a checklist, sealed."""
    given = {"place": "L1-A", "category": "hygiene", "severity": "S3", "text": text}
    return phone.seal({**given, **body}, kind="finding", photos=body.get("photos", []))


def step(phone, finding, name, **body):
    content = {"finding": finding, "step": name, **body}
    return phone.seal(content, kind="finding_update", photos=body.get("photos", []))


def failed(phone, code="O06", **answer):
    return phone.inspection({code: {"value": "fail", "note": "broken", **answer}})


def taken(phone, *sealed):
    results = phone.hand_in(*sealed)
    assert {one["status"] for one in results} == {"accepted"}, results
    return results


def held(phone, sealed):
    (result,) = phone.hand_in(sealed)
    assert result["status"] == "held", result
    db.session.rollback()
    return db.session.get_one(Entry, UUID(sealed["id"])).held_because


def only():
    db.session.rollback()
    (finding,) = db.session.scalars(sa.select(Finding)).all()
    return finding


def state():
    return only().state


def test_a_failed_item_opens_a_finding_by_its_trigger(own, mall, make_user):
    make_user(mall, "team", team="cleaning")
    taken(own, inspection := failed(own))
    found = only()
    assert found.id == f"{inspection['id']}.O06"
    assert (found.category, found.team, found.severity) == ("hygiene", "cleaning", "S2")
    assert (found.text, found.title["en"][:4]) == ("broken", "Mats")
    assert found.number == "1-O06"
    assert found.fix_by - found.opened_at == timedelta(minutes=15)


def test_a_team_the_mall_does_not_have_is_operations(own):
    taken(own, failed(own))
    assert only().team is None


def test_what_passes_or_is_only_logged_opens_nothing(own):
    taken(own, own.inspection({"O06": {"value": "pass"}, "O03": {"value": "fail"}}))
    assert db.session.scalars(sa.select(Finding)).all() == []


def test_fixed_on_the_spot_opens_and_closes(own):
    taken(own, failed(own, fixed_on_spot=True))
    assert state() == "fixed_on_spot"
    assert only().closed_at is not None


def test_the_same_problem_seen_again_is_one_finding(own, clock):
    taken(own, first := failed(own))
    finding = f"{first['id']}.O06"
    clock.move(hours=1)
    taken(own, failed(own, still_open=finding))
    assert only().seen_again == 1
    (seen_again,) = db.session.scalars(sa.select(FindingUpdate)).all()
    assert seen_again.text == "broken"


def test_seen_again_in_the_same_batch_is_one_finding(own):
    first = failed(own)
    taken(own, first, failed(own, still_open=f"{first['id']}.O06"))
    assert only().seen_again == 1


def test_a_fail_that_names_an_unknown_finding_opens_its_own(own):
    taken(own, failed(own, still_open="0" * 36))
    assert state() == "open"


def test_something_seen_by_the_way_is_a_finding_too(own):
    taken(own, sealed := seen(own, unit="L1-001", place=None))
    found = only()
    assert found.id == sealed["id"]
    assert found.unit.no == "L1-001"
    line = db.session.get(LogLine, found.entry_id)
    assert line.problem
    assert line.unit_id == found.unit_id


def test_only_what_is_over_is_a_warning_and_nothing_else(own):
    sealed = seen(own, unit="L1-001", warning="verbal")
    (result,) = own.hand_in(sealed)
    assert result["status"] == "rejected"


def test_a_finding_at_an_unknown_place_is_held(own):
    assert held(own, seen(own, place="L9-Z")) == "unknown_place"


def test_opening_and_following_up_in_one_batch(own, lead, clock):
    sealed = seen(own)
    taken(own, sealed, step(own, sealed["id"], "start"), step(own, sealed["id"], "fix"))
    assert state() == "fixed"
    clock.move(minutes=1)
    taken(lead, step(lead, sealed["id"], "verify"))
    assert state() == "verified"


def test_a_failed_item_and_its_repair_in_one_batch(own):
    inspection = failed(own)
    fixed = step(own, f"{inspection['id']}.O06", "fix", seen="open")
    taken(own, inspection, fixed)
    assert state() == "fixed"


def test_steps_count_by_their_own_times_not_by_their_arrival(own, lead, clock):
    taken(own, sealed := seen(own))
    clock.move(minutes=10)
    fixed = step(own, sealed["id"], "fix")
    clock.move(minutes=10)
    taken(lead, step(lead, sealed["id"], "comment", text="Looked, still wet"))
    clock.move(minutes=10)
    verified = step(lead, sealed["id"], "verify")
    taken(lead, verified)
    assert only().contradicted  # nobody has heard of the repair yet
    taken(own, fixed)
    assert (state(), only().contradicted) == ("verified", False)
    assert all(row.counts for row in db.session.scalars(sa.select(FindingUpdate)))


def test_who_fixed_it_may_not_verify_it(own):
    taken(own, sealed := seen(own))
    taken(own, step(own, sealed["id"], "fix"))
    assert held(own, step(own, sealed["id"], "verify")) == "second_person"
    assert state() == "fixed"


def test_fixing_and_verifying_in_one_batch_is_held_too(own):
    taken(own, sealed := seen(own))
    results = own.hand_in(
        step(own, sealed["id"], "fix"), step(own, sealed["id"], "verify")
    )
    assert [one["status"] for one in results] == ["accepted", "held"]


def test_a_team_moves_only_its_own_findings(own, phone, make_user, mall):
    engineer = phone(make_user(mall, "team", team="engineering"))
    cleaner = phone(make_user(mall, "team", team="cleaning"))
    taken(own, sealed := seen(own))
    assert held(engineer, step(engineer, sealed["id"], "fix")) == "not_your_team"
    taken(cleaner, step(cleaner, sealed["id"], "fix"))
    assert state() == "fixed"


def test_a_step_of_a_finding_nobody_knows_is_held(own):
    sealed = seen(own)
    why = held(own, step(own, sealed["id"], "fix"))
    assert why == "unknown_finding"


def test_a_finding_of_another_mall_cannot_be_moved(own, phone, make_user, make_mall):
    taken(own, sealed := seen(own))
    stranger = phone(make_user(make_mall(code="other"), "supervisor"))
    assert held(stranger, step(stranger, sealed["id"], "fix")) == "unknown_finding"
    assert state() == "open"


@pytest.mark.parametrize(
    "body",
    [
        {"step": "wait", "text": "no part"},
        {"step": "void"},
        {"step": "reject", "text": "  "},
        {"step": "close"},
        {"step": "fix", "state": "verified"},
        {"step": "fix", "seen": "nowhere"},
    ],
)
def test_a_step_without_its_reason_or_out_of_shape_is_rejected(own, body):
    content = {"finding": "0" * 36, **body}
    (result,) = own.hand_in(own.seal(content, kind="finding_update"))
    assert result["status"] == "rejected"
    assert result["reason"]["code"] == "unreadable"


def test_nobody_and_no_team_that_is_not_here_is_given_a_finding(lead):
    taken(lead, sealed := seen(lead))
    taken(lead, step(lead, sealed["id"], "assign", team="nobody", person=2**40))
    assert (only().state, only().team, only().assignee_id) == ("assigned", None, None)


def test_a_repair_without_the_photo_it_asks_for_is_flagged(own):
    own.put_photo(data := jpeg())
    taken(own, sealed := seen(own, photos=[sha256(data)]))
    (result,) = taken(own, step(own, sealed["id"], "fix"))
    assert result["receipt"]["flags"] == ["no_after_photo"]


def test_no_text_of_a_phone_breaks_the_database(own):
    taken(own, sealed := seen(own, text="nul \0 here"))
    taken(own, step(own, sealed["id"], "comment", text="and \0 here"))
    assert only().text == "nul   here"


def columns():
    db.session.rollback()
    tables = (Finding.__table__, FindingUpdate.__table__)
    return {
        table.name: sorted(
            str({k: v for k, v in row._asdict().items() if (table.name, k) != IDS})
            for row in db.session.execute(sa.select(table))
        )
        for table in tables
    }


IDS = ("finding_updates", "id")


def test_rebuilding_gives_the_same_findings(own, lead, clock):
    taken(own, first := seen(own), failed(own))
    clock.move(minutes=5)
    assert held(own, step(own, "1" * 36, "fix")) == "unknown_finding"
    taken(own, step(own, first["id"], "wait", text="a part", waiting_for="part"))
    clock.move(minutes=50)
    taken(own, step(own, first["id"], "fix"))
    taken(lead, step(lead, first["id"], "verify"), failed(lead, still_open=first["id"]))
    before = columns()
    rebuild()
    db.session.commit()
    assert columns() == before
    assert len(before["findings"]) == 2
