"""Held entries: decided on by a second person, with a reason, once."""

import json
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.checklists.models import Inspection
from mallops.daylog.models import HeldDecision
from mallops.db import db
from mallops.ledger import queries as ledger
from mallops.ledger.models import Entry, LogLine
from mallops.ledger.rebuild import rebuild
from tests.daylog.conftest import LOG, count_entries, decide, state_of

HELD = "/malls/demo/held/"


def tables():
    """What the applied state says of held entries and lines, to compare."""
    decisions = sa.select(HeldDecision.__table__).order_by(HeldDecision.entry_id)
    lines = sa.select(LogLine.__table__).order_by(LogLine.ledger_seq)
    return [
        [tuple(map(str, row)) for row in db.session.execute(query)]
        for query in (decisions, lines)
    ]


def test_a_held_entry_is_listed_with_why(supervisor, hold):
    entry_id = hold("Light out")
    page = supervisor.get(HELD).text
    assert entry_id in page
    assert "Light out" in page
    assert "There is no such place or unit here." in page


def test_accepting_lets_it_count_and_is_an_entry_itself(supervisor, people, hold):
    entry_id = hold()
    answer = decide(supervisor, entry_id, reason="I know the place")
    assert answer.location == HELD
    assert state_of(entry_id) == "accepted"
    decision = db.session.get_one(HeldDecision, UUID(entry_id))
    assert decision.decided_by_id == people.supervisor.id
    entry = db.session.get_one(Entry, decision.decision_id)
    assert (entry.kind, entry.install_id) == ("held_decision", None)
    assert json.loads(entry.body) == {
        "entry": entry_id, "verdict": "accept", "reason": "I know the place",
    }  # fmt: skip
    assert entry_id not in supervisor.get(HELD).text
    assert "I know the place" in supervisor.get(LOG).text


def test_a_void_entry_stays_and_says_who_and_why(supervisor, hold):
    entry_id = hold("Typed by mistake")
    decide(supervisor, entry_id, verdict="void", reason="A test, says the officer")
    assert state_of(entry_id) == "void"
    page = supervisor.get(f"/malls/demo/entries/{entry_id}").text
    assert "declared void by Supervisor" in page
    assert "A test, says the officer" in page
    assert "Typed by mistake" in page


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"reason": " \n "}, "Give a reason"),
        ({"reason": "x" * 1001}, "Keep the reason within 1000 characters."),
        ({"reason": "Fine", "verdict": "maybe"}, "Choose: accept the entry"),
        ({"reason": "Fine", "verdict": ""}, "Choose: accept the entry"),
    ],
)
def test_an_incomplete_decision_changes_nothing_and_keeps_the_text(
    supervisor, hold, form, message
):
    entry_id = hold()
    answer = decide(supervisor, entry_id, **form)
    assert answer.status_code == 422
    assert message in answer.text
    assert form["reason"].strip() in answer.text
    assert state_of(entry_id) == "held"
    assert count_entries(kind="held_decision") == 0


def test_nobody_decides_on_what_they_recorded(people, phone, signed_in):
    own = phone(people.supervisor)
    entry = own.seal({"text": "mine", "place": "NOWHERE", "photos": []})
    own.hand_in(entry)
    browser = signed_in(people.supervisor)
    answer = decide(browser, entry["id"], reason="I say so")
    assert answer.status_code == 422
    assert "someone else must decide" in answer.text
    assert "I say so" in answer.text
    assert state_of(entry["id"]) == "held"
    assert decide(signed_in(people.manager), entry["id"]).status_code == 302


def test_who_carried_it_in_may_decide(people, phone, signed_in, officers_phone):
    entry = officers_phone.seal({"text": "hers", "place": "NOWHERE", "photos": []})
    phone(people.supervisor).hand_in(entry)
    assert decide(signed_in(people.supervisor), entry["id"]).status_code == 302


def test_who_carried_in_what_nobody_signed_may_not_decide(people, phone, signed_in):
    own = phone(people.supervisor)
    entry = own.note("whose?", binding="broken")
    own.hand_in(entry)
    assert decide(signed_in(people.supervisor), entry["id"]).status_code == 422
    assert decide(signed_in(people.manager), entry["id"]).status_code == 302


def test_nothing_is_decided_twice(people, supervisor, signed_in, hold):
    entry_id = hold()
    decide(supervisor, entry_id, reason="first")
    answer = decide(signed_in(people.manager), entry_id, verdict="void", reason="2nd")
    assert answer.status_code == 422
    assert "does not wait for a decision" in answer.text
    assert "2nd" in answer.text
    assert state_of(entry_id) == "accepted"
    assert count_entries(kind="held_decision") == 1


def test_an_entry_that_was_never_held_cannot_be_decided_on(supervisor, officers_phone):
    note = officers_phone.note()
    officers_phone.hand_in(note)
    assert decide(supervisor, note["id"]).status_code == 422
    assert state_of(note["id"]) == "accepted"


def test_a_held_round_counts_once_it_is_accepted(mall, supervisor, officers_phone):
    walked = officers_phone.inspection({"O08": {"value": "fail", "note": "pallet"}})
    walked["binding"] = "broken"
    officers_phone.hand_in(walked)
    assert db.session.get(Inspection, UUID(walked["id"])) is None
    decide(supervisor, walked["id"])
    assert db.session.get(Inspection, UUID(walked["id"])) is not None


def test_a_rebuild_comes_to_the_same_decisions(supervisor, officers_phone, hold):
    accepted, void, waiting = hold("a"), hold("b"), hold("c")
    officers_phone.hand_in(officers_phone.inspection({"O08": {"value": "fail"}}))
    decide(supervisor, accepted)
    decide(supervisor, void, verdict="void")
    before = tables()
    rebuild()
    db.session.commit()
    assert tables() == before
    assert [state_of(id_) for id_ in (accepted, void, waiting)] == [
        "accepted", "void", "held",
    ]  # fmt: skip


def test_the_chain_holds_over_decisions(mall, supervisor, hold):
    decide(supervisor, hold())
    assert ledger.first_break(mall.id) is None


def test_a_phone_cannot_send_a_decision(people, phone, hold):
    body = {"entry": hold(), "verdict": "accept", "reason": "from a phone"}
    own = phone(people.manager)
    (result,) = own.hand_in(own.seal(body, kind="held_decision"))
    assert result["status"] == "rejected"


def test_only_leaders_decide(people, signed_in, hold):
    entry_id = hold()
    for person in (people.officer2, people.auditor, people.cleaner):
        assert decide(signed_in(person), entry_id).status_code == 403
    assert state_of(entry_id) == "held"


def test_refused_bytes_are_shown_as_text(supervisor, officers_phone):
    bad = officers_phone.note("<script>alert(1)</script>", sha256="0" * 64)
    officers_phone.hand_in(bad)
    page = supervisor.get(HELD).text
    assert "It was changed after it was saved." in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_an_expired_form_comes_back_with_what_was_typed(app, supervisor, hold):
    entry_id = hold()
    form = {"csrf_token": "old", "verdict": "void", "reason": "typed for ten minutes"}
    path = f"/malls/demo/held/{entry_id}/decision"
    app.config["WTF_CSRF_ENABLED"] = True
    answer = supervisor.post(path, data=form)
    assert answer.status_code == 400
    assert "typed for ten minutes" in answer.text
    assert 'name="verdict" value="void"' in answer.text
    assert f'action="{path}"' in answer.text
    assert "Send again" in answer.text
