"""Penalties: floor staff propose, a manager decides, and never the same person."""

import json

import pytest

from tests.notices.conftest import (
    NOTICES,
    PENALTIES,
    count_entries,
    get_penalty,
    last_entry,
    post,
    statuses,
)

FORM = {
    "unit": "l1-002", "penalty_clause": "8.2", "amount": "500.50",
    "penalty_text": "Closed before time",
}  # fmt: skip


@pytest.fixture
def officer(people, signed_in):
    return signed_in(people.officer)


def proposed(client, **given):
    """The address of a new proposal."""
    answer = post(client, f"{PENALTIES}new", {**FORM, **given})
    assert answer.status_code == 302, answer.text
    return answer.location


def of(address):
    return get_penalty(address.rsplit("/", 1)[1])


def decide(client, address, verdict="approved", reason="By the contract"):
    form = {"verdict": verdict, "reason": reason}
    return post(client, f"{address}/decision", form)


def test_an_officer_proposes_and_a_manager_approves(officer, manager, people):
    address = proposed(officer)
    penalty = of(address)
    assert (penalty.state, penalty.unit.no) == ("proposed", "L1-002")
    assert (penalty.amount, penalty.currency) == (50050, "CNY")
    assert decide(manager, address).status_code == 302
    penalty = of(address)
    assert (penalty.state, penalty.decided_by_id) == ("approved", people.manager.id)
    page = officer.get(address).text
    assert "CN¥500.50" in page
    assert "By the contract" in page
    log = manager.get("/malls/demo/log/2026-11-21").text
    assert "Penalty proposed for L1-002: CN¥500.50 · 8.2 · Closed before time" in log
    assert "Penalty for L1-002 approved By the contract" in log


def test_a_phone_proposes_for_a_notice(own, manager, issued):
    notice = issued()
    body = {
        "notice": str(notice.id), "clause": "8.2", "amount": 50000, "currency": "CNY",
        "text": "Second time", "photos": [],
    }  # fmt: skip
    sealed = own.seal(body, kind="penalty_proposal")
    assert statuses(own.hand_in(sealed)) == ["accepted"]
    penalty = get_penalty(sealed["id"])
    assert (penalty.notice_id, penalty.unit_id) == (notice.id, notice.unit_id)
    page = manager.get(f"{NOTICES}{notice.id}").text
    assert f"{PENALTIES}{penalty.id}" in page
    assert "L1-001 Shop 1" in manager.get(f"{PENALTIES}{penalty.id}").text


def test_the_amount_may_be_left_to_the_lease(officer):
    penalty = of(proposed(officer, amount=""))
    assert (penalty.amount, penalty.currency) == (None, None)
    assert "No amount named" in officer.get(f"{PENALTIES}{penalty.id}").text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"amount": "a lot"}, "Write the amount in figures"),
        ({"amount": "0"}, "Write the amount in figures"),
        ({"unit": "L9-999"}, "There is no unit with this number here."),
        ({"unit": ""}, "There is no unit with this number here."),
        ({"penalty_text": " "}, "Say what the penalty is for."),
    ],
)
def test_a_proposal_that_is_not_complete_keeps_what_was_typed(officer, given, message):
    form = {**FORM, "penalty_clause": "typed with care", **given}
    answer = post(officer, f"{PENALTIES}new", form)
    assert answer.status_code == 422
    assert message in answer.text
    assert "typed with care" in answer.text
    assert count_entries(kind="penalty_proposal") == 0


def test_a_wrong_amount_for_a_notice_keeps_what_was_typed(supervisor, issued):
    form = {**FORM, "amount": "much"}
    answer = post(supervisor, f"{NOTICES}{issued().id}/penalties", form)
    assert answer.status_code == 422
    assert "Write the amount in figures" in answer.text
    assert "Closed before time" in answer.text


def test_who_proposed_it_does_not_decide(people, signed_in, manager):
    address = proposed(manager)
    assert "another manager must decide" in manager.get(address).text
    answer = decide(manager, address)
    assert answer.status_code == 422
    assert "This step takes a second person." in answer.text
    assert "By the contract" in answer.text
    assert of(address).state == "proposed"
    assert decide(signed_in(people.manager2), address).status_code == 302


def test_only_a_manager_decides(people, signed_in, officer):
    address = proposed(officer)
    for person in (people.officer, people.supervisor, people.auditor, people.cleaner):
        client = signed_in(person)
        assert decide(client, address).status_code == 403
    assert of(address).state == "proposed"


def test_declining_needs_a_reason(officer, manager):
    address = proposed(officer)
    answer = decide(manager, address, "declined", "")
    assert (answer.status_code, "Say why it is declined." in answer.text) == (422, True)
    assert decide(manager, address, "declined", "First time").status_code == 302
    assert of(address).decision_text == "First time"


def test_nothing_is_decided_twice(people, signed_in, officer, manager):
    address = proposed(officer)
    decide(manager, address)
    answer = decide(signed_in(people.manager2), address, "declined", "Too hard")
    assert answer.status_code == 422
    assert "Somebody decided on it meanwhile." in answer.text
    assert "Too hard" in answer.text
    assert of(address).state == "approved"
    assert count_entries(kind="penalty_decision") == 1


def test_a_decision_without_a_verdict_changes_nothing(officer, manager):
    answer = decide(manager, proposed(officer), verdict="", reason="hm")
    assert answer.status_code == 422
    assert "Choose: approve or decline." in answer.text


def test_a_phone_cannot_send_a_decision(officer, people, phone):
    body = {
        "proposal": str(of(proposed(officer)).id),
        "verdict": "approved",
        "text": "",
    }
    own = phone(people.manager)
    assert statuses(own.hand_in(own.seal(body, kind="penalty_decision"))) == [
        "rejected"
    ]


def test_a_proposal_by_who_may_not_is_held(people, phone):
    cleaner = phone(people.cleaner)
    body = {"unit": "L1-001", "text": "Dirty floor"}
    assert statuses(cleaner.hand_in(cleaner.seal(body, kind="penalty_proposal"))) == [
        "held"
    ]
    assert last_entry().held_because == "role_lacks_right"


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"unit": "L9-999"}, "unknown_place"),
        ({"notice": "00000000-0000-4000-8000-000000000000"}, "unknown_notice"),
    ],
)
def test_a_proposal_about_nothing_known_is_held(own, about, why):
    body = {**about, "text": "Third time"}
    assert statuses(own.hand_in(own.seal(body, kind="penalty_proposal"))) == ["held"]
    assert last_entry().held_because == why


@pytest.mark.parametrize(
    "given",
    [
        {"unit": None},
        {"notice": "00000000-0000-4000-8000-000000000000"},
        {"text": " "},
        {"amount": 500},
        {"amount": -1, "currency": "CNY"},
        {"amount": 5.5, "currency": "CNY"},
        {"amount": 500, "currency": "yuan"},
    ],
)
def test_what_is_no_proposal_is_refused_and_kept_aside(own, given):
    body = {"unit": "L1-001", "text": "Third time", **given}
    (result,) = own.hand_in(own.seal(body, kind="penalty_proposal"))
    assert (result["status"], result["reason"]["code"]) == ("rejected", "unreadable")


def test_the_list_can_be_narrowed(officer, manager):
    first, second = proposed(officer), proposed(officer, unit="L1-003")
    decide(manager, first)
    narrowed = officer.get(f"{PENALTIES}?state=proposed").text
    assert second in narrowed
    assert first not in narrowed
    by_unit = officer.get(f"{PENALTIES}?unit=L1-002").text
    assert first in by_unit
    assert second not in by_unit
    for wrong in ("?state=paid", "?unit=nowhere"):
        assert officer.get(f"{PENALTIES}{wrong}").status_code == 400


def test_the_entry_says_what_was_sealed(officer):
    address = proposed(officer)
    entry = last_entry()
    assert json.loads(entry.body) == {
        "unit": "L1-002", "clause": "8.2", "text": "Closed before time",
        "amount": 50050, "currency": "CNY",
    }  # fmt: skip
    page = officer.get(f"/malls/demo/entries/{entry.id}").text
    assert address in page
    assert "CN¥500.50" in page
