"""What a contractor's people see: their own findings, and of the others nothing."""

from uuid import UUID

import pytest

from tests.findings.conftest import (
    LIST,
    finding,
    listed,
    page_of,
    take,
    taken,
)
from tests.support import builders


@pytest.fixture
def theirs(found, photo):
    return found("Bin is full", category="hygiene", unit="L1-003", photos=[photo])


@pytest.fixture
def others(found, officers_phone):
    data = builders.jpeg(colour=(1, 2, 3))
    officers_phone.put_photo(data)
    return found("Lamp out", category="equipment", photos=[builders.sha256(data)])


def test_only_their_own_findings_are_listed_and_counted(theirs, others, desk):
    for tab in ("", "?tab=all", "?tab=team"):
        assert listed(desk.cleaner, tab) == [theirs]
    page = desk.cleaner.get(f"{LIST}?tab=all").text
    assert "All open <strong>1</strong>" in page
    assert "Lamp" not in page
    assert "Open by team" not in page
    assert "engineering" not in page
    assert listed(desk.cleaner, "?tab=all&team=engineering") == []
    assert listed(desk.cleaner, "?tab=all&q=lamp") == []


def test_guessing_an_id_finds_nothing(theirs, others, desk):
    photo = finding(others).photos[0]
    guessed = [others, str(UUID(int=UUID(theirs).int + 1)), f"{others}.O08", "x"]
    for finding_id in guessed:
        for tail in (
            "",
            "/steps/comment",
            f"/photos/{photo}",
            f"/photos/{photo}/thumb",
        ):
            answer = desk.cleaner.get(f"{LIST}{finding_id}{tail}")
            assert answer.status_code == 404, (finding_id, tail)
        answer = take(desk.cleaner, finding_id, "comment", text="I was here")
        assert answer.status_code == 404
        assert "Lamp" not in answer.text
    photo_of_others = desk.cleaner.get(f"{LIST}{theirs}/photos/{photo}")
    assert photo_of_others.status_code == 404


def test_the_answer_to_a_guess_gives_back_what_was_typed(theirs, desk):
    page_of(desk.cleaner, theirs)
    taken(desk.supervisor, theirs, "assign", to="team:engineering")
    answer = take(desk.cleaner, theirs, "fix", text="Emptied at ten")
    assert answer.status_code == 404
    assert "Emptied at ten" in answer.text
    assert finding(theirs).state == "assigned"
    assert listed(desk.cleaner, "?tab=all") == []


def test_they_see_the_shops_name_but_not_its_history_nor_the_log(theirs, desk):
    page = page_of(desk.cleaner, theirs)
    assert "L1-003 Shop 3" in page
    for address in ("/malls/demo/units/L1-003", f"/malls/demo/entries/{theirs}"):
        assert address not in page
        assert desk.cleaner.get(address).status_code == 403
    assert "2025-01-01" not in page  # since when the shop is let


def test_they_see_the_photos_of_their_own_findings(theirs, desk, photo):
    for part in ("", "/thumb"):
        answer = desk.cleaner.get(f"{LIST}{theirs}/photos/{photo}{part}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert desk.cleaner.get(f"/malls/demo/photos/{photo}").status_code == 403


def test_what_they_found_themselves_they_see_wherever_it_went(
    staff, phone, desk, others
):
    cleaners_phone = phone(staff.cleaner)
    body = {"place": "L1-A", "category": "equipment", "severity": "S3", "text": "Leak"}
    sealed = cleaners_phone.seal(body, kind="finding")
    cleaners_phone.hand_in(sealed)
    assert finding(sealed["id"]).team == "engineering"
    assert listed(desk.cleaner, "?tab=all") == [sealed["id"]]
    assert listed(desk.cleaner, "?tab=mine") == [sealed["id"]]
    page_of(desk.cleaner, sealed["id"])
    answer = take(desk.cleaner, sealed["id"], "fix", text="Turned it off")
    assert answer.status_code == 422
    assert "Turned it off" in answer.text


def test_an_in_house_team_sees_all(theirs, others, desk):
    assert set(listed(desk.engineer, "?tab=all")) == {theirs, others}
    page_of(desk.engineer, theirs)


def test_somebody_of_another_mall_finds_nothing(
    theirs, make_mall, make_user, signed_in
):
    stranger = signed_in(make_user(make_mall(code="other"), "manager"))
    for mall in ("demo", "other"):
        base = f"/malls/{mall}/findings/"
        assert stranger.get(f"{base}{theirs}").status_code == 404
    assert stranger.get(LIST).status_code == 404
    assert stranger.get("/malls/demo/units/L1-001").status_code == 404
    assert theirs not in stranger.get("/malls/other/findings/").text


def test_somebody_whose_team_was_not_named_sees_only_what_they_reported(
    mall, make_user, signed_in, found
):
    """Findings of operations have no team either, and are not theirs."""
    ours = found("Somebody fell", category="incident")
    assert finding(ours).team is None
    stranger = signed_in(make_user(mall, "team", username="stranger"))
    for tab in ("?tab=all", "?tab=team"):
        assert listed(stranger, tab) == []
    assert stranger.get(f"{LIST}{ours}").status_code == 404
