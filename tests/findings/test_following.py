"""Following one finding at the desk: what its page says, which steps are taken."""

import json

import pytest

from mallops.db import db
from mallops.ledger.rebuild import rebuild
from tests.findings.conftest import (
    LIST,
    MARK,
    finding,
    page_of,
    picture,
    steps,
    take,
    taken,
    upload,
)
from tests.findings.test_entries import columns


def offered(client, finding_id):
    page = page_of(client, finding_id)
    return [part.split('"')[0] for part in page.split('id="step-')[1:]]


# -- What the page says


def test_the_page_tells_what_was_found_where_and_by_whom(found, desk, photo):
    one = found("Rail loose", unit="L1-002", category="tenant", photos=[photo])
    page = page_of(desk.supervisor, one)
    for text in (
        "Rail loose", "L1-002 Shop 2", "Officer", "2026-11-21 10:00", "24 h left",
        f"{LIST}{one}/photos/{photo}", f"/malls/demo/entries/{one}",
        "/malls/demo/units/L1-002", "S3 Standard defect", "to acknowledge: 60 min left",
    ):  # fmt: skip
        assert text in page, text


def test_a_failed_item_names_its_checklist_and_its_entry(officers_phone, desk):
    failed = {"O06": {"value": "fail", "note": "folded"}}
    inspection = officers_phone.inspection(failed)
    officers_phone.hand_in(inspection)
    page = page_of(desk.supervisor, f"{inspection['id']}.O06")
    for text in ("Mats flat", "folded", "Opening inspection", "O06", "1-O06"):
        assert text in page, text
    assert f"/malls/demo/entries/{inspection['id']}" in page


def test_all_steps_are_told_in_order_with_photos_before_and_after(
    found, desk, staff, photo, clock
):
    one = found(photos=[photo])
    taken(desk.supervisor, one, "assign", to="team:engineering", text="Please")
    clock.move(minutes=5)
    given = staff.engineer.id
    taken(desk.supervisor, one, "assign", to=f"person:{given}", text="You")
    taken(desk.engineer, one, "wait", waiting_for="part", text="Belt ordered")
    clock.move(hours=3)
    page = page_of(desk.supervisor, one)
    assert "The clock stands still since" in page
    assert "waits for a part" in page
    answer = take(desk.engineer, one, "fix", text="New belt", photos=upload(picture()))
    assert answer.status_code == 302
    taken(desk.supervisor, one, "verify", text="Runs")
    page = page_of(desk.supervisor, one)
    told = [page.rindex(text) for text in ("Please", "You", "Belt ordered", "New belt")]
    assert told == sorted(told)
    assert page.index("Before") < page.index("After")
    after = steps()[-2].photos[0]
    assert f"{LIST}{one}/photos/{after}" in page
    assert finding(one).state == "verified"


def test_a_step_that_does_not_count_is_shown_with_why(
    found, desk, officers_phone, clock
):
    one = found()
    clock.move(minutes=10)
    fixed = officers_phone.seal(
        {"finding": one, "step": "fix", "text": "Mopped"}, kind="finding_update"
    )
    clock.move(minutes=-5)
    taken(desk.supervisor, one, "void", text="Seen twice")
    clock.move(minutes=30)
    officers_phone.hand_in(fixed)
    page = page_of(desk.supervisor, one)
    assert "Kept, does not count: the finding was already “Void”." in page
    assert "Mopped" in page
    assert "contradicts itself" in page
    assert finding(one).state == "void"


# -- Which steps are offered


def test_only_what_this_person_may_do_now_is_offered(found, desk):
    one = found(category="equipment")
    assert offered(desk.officer, one) == [
        "acknowledge", "start", "fix", "wait", "comment",
    ]  # fmt: skip
    assert "assign" in offered(desk.supervisor, one)
    assert "void" in offered(desk.supervisor, one)
    assert "fix" in offered(desk.engineer, one)
    assert offered(desk.auditor, one) == []
    taken(desk.engineer, one, "fix")
    assert offered(desk.engineer, one) == ["comment"]
    assert offered(desk.officer, one) == ["verify", "reject", "comment"]
    taken(desk.officer, one, "verify")
    assert offered(desk.supervisor, one) == ["comment"]


def test_who_fixed_it_is_told_that_somebody_else_looks_again(found, desk):
    one = found()
    taken(desk.officer2, one, "fix")
    page = page_of(desk.officer2, one)
    assert "somebody else does the re-check" in page
    assert "verify" not in offered(desk.officer2, one)
    answer = take(desk.officer2, one, "verify")
    assert answer.status_code == 422
    assert "takes a second person" in answer.text


def test_a_finding_of_another_team_is_only_read(found, desk):
    one = found(category="hygiene")
    assert offered(desk.engineer, one) == []
    answer = take(desk.engineer, one, "fix", text="I was nearby")
    assert answer.status_code == 422
    assert "with another team" in answer.text
    assert "I was nearby" in answer.text


# -- Bad input


@pytest.mark.parametrize(
    ("step", "fields", "said"),
    [
        ("wait", {"waiting_for": "part"}, "Say why"),
        ("wait", {"text": "x", "waiting_for": "rain"}, "Choose what it waits for"),
        ("void", {"text": "  "}, "Say why"),
        ("comment", {"text": "\0"}, "Say why"),
        ("comment", {"text": "x" * 8001}, "within 8000 characters"),
        ("assign", {"text": "kept"}, "Choose a team or a person"),
        ("assign", {"to": "team:gardening", "text": "kept"}, "no such team"),
        ("assign", {"to": "person:999", "text": "kept"}, "no such team"),
        ("assign", {"to": "person:x", "text": "kept"}, "no such team"),
        ("assign", {"to": "nobody", "text": "kept"}, "no such team"),
        ("prioritise", {"text": "kept"}, "Choose a severity"),
        ("prioritise", {"severity": "S9", "text": "kept"}, "Choose a severity"),
        ("assign", {"to": "team:", "fix_by": "soon", "text": "kept"}, "is not a time"),
        (
            "assign",
            {"to": "team:", "fix_by": "2026-11-21T09:59", "text": "kept"},
            "in the past",
        ),
        ("verify", {"text": "kept"}, "while you were writing"),
        ("start", {"photos": b"no photo", "text": "kept"}, "no whole photo"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    found, desk, step, fields, said
):
    one = found()
    files = {"photos": upload(fields["photos"])} if "photos" in fields else {}
    answer = take(desk.supervisor, one, step, **{**fields, **files})
    assert answer.status_code == 422
    assert said in answer.text
    assert fields.get("text") != "kept" or "kept" in answer.text
    assert steps() == []


@pytest.mark.parametrize("step", ["", "dance", "seen_again"])
def test_a_step_that_no_page_offers_is_not_understood(found, desk, step):
    assert take(desk.supervisor, found(), step).status_code == 400


def test_errors_are_in_the_readers_language(found, desk):
    desk.supervisor.set_cookie("mallops_language", "zh-Hans")
    answer = take(desk.supervisor, found(), "void")
    assert "Say why" not in answer.text


def test_a_time_is_taken_on_the_malls_clock(found, desk):
    one = found()
    taken(desk.supervisor, one, "assign", to="team:", fix_by="2026-11-21T18:30")
    assert finding(one).fix_by.isoformat() == "2026-11-21T10:30:00+00:00"


# -- Two people at once


def test_a_form_that_was_open_while_somebody_else_changed_it_says_so_first(
    found, desk, clock
):
    one = found()
    mark = MARK.search(page_of(desk.manager, one))[1]
    clock.move(minutes=1)
    taken(desk.supervisor, one, "assign", to="team:engineering")
    fields = {"to": "team:cleaning", "text": "Mop it"}
    answer = take(desk.manager, one, "assign", shown=mark, **fields)
    assert answer.status_code == 422
    assert "while you were writing" in answer.text
    assert "Mop it" in answer.text
    assert 'value="team:cleaning" selected' in answer.text
    assert finding(one).team == "engineering"
    again = MARK.search(answer.text.split('id="step-assign"')[1])[1]
    taken(desk.manager, one, "assign", shown=again, **fields)
    assert finding(one).team == "cleaning"


def test_a_step_that_no_longer_fits_gives_back_what_was_written(found, desk):
    one = found()
    mark = MARK.search(page_of(desk.officer, one))[1]
    taken(desk.supervisor, one, "void", text="Seen twice")
    answer = take(desk.officer, one, "fix", shown=mark, text="Mopped twice")
    assert answer.status_code == 422
    assert "while you were writing" in answer.text
    assert "Mopped twice" in answer.text
    assert len(steps()) == 1


def test_a_comment_never_waits_for_anybody(found, desk):
    one = found()
    mark = MARK.search(page_of(desk.officer, one))[1]
    taken(desk.supervisor, one, "void", text="Seen twice")
    taken(desk.officer, one, "comment", shown=mark, text="I saw it too")


def test_what_is_done_now_comes_after_what_a_fast_clock_recorded(
    found, desk, officers_phone, clock
):
    one = found()
    clock.move(seconds=90)  # not yet enough to be corrected
    fixed = officers_phone.seal({"finding": one, "step": "fix"}, kind="finding_update")
    clock.move(seconds=-90)
    officers_phone.hand_in(fixed)
    taken(desk.supervisor, one, "verify")
    assert finding(one).state == "verified"
    assert not finding(one).contradicted


# -- Incidents and complaints


REPORT = {"report": "1", "was": "{}"}


def test_the_report_of_an_incident_is_written_by_several_people(found, desk, clock):
    one = found("Fall", category="incident", severity="S1", details={"people": "Li"})
    page = page_of(desk.supervisor, one)
    assert "Report due" in page
    assert "4 h left" in page
    was = json.dumps({"people": "Li"})
    mine = {"people": "Li", "course": "10:12 slipped\r\n10:15 first aid"}
    told = {"told_who": ["Manager", ""], "told_at": ["10:20", ""]}
    clock.move(minutes=1)
    taken(desk.officer, one, "comment", report="1", was=was, **mine, **told)
    clock.move(minutes=1)
    theirs = {"people": "Li", "outcome": "Clinic", "emergency_called": "no"}
    taken(desk.supervisor, one, "comment", report="1", was=was, **theirs)
    assert [step.details for step in steps()] == [
        {
            "course": "10:12 slipped\n10:15 first aid",
            "told": [{"who": "Manager", "at": "10:20"}],
        },
        {"emergency_called": False, "outcome": "Clinic"},
    ]
    page = page_of(desk.supervisor, one)
    for text in (
        "10:15 first aid",
        "Clinic",
        "Manager, 10:20",
        "the report is written",
    ):
        assert text in page, text


def test_a_late_report_says_so(found, desk, clock):
    one = found("Fall", category="incident", severity="S1")
    clock.move(hours=5)
    page = page_of(desk.supervisor, one)
    assert "overdue by 60 min" in page.partition("Report due")[2]


def test_the_outcome_of_a_complaint_is_told_back(found, desk, clock):
    given = {"complainant": "customer", "from_whom": "Mr Wu"}
    one = found("Ticket lost", category="complaint", details=given)
    page = page_of(desk.supervisor, one)
    assert "has not been told to the person yet" in page
    assert "Mr Wu" in page
    fields = {"outcome": "Paid", "outcome_told_at": "2026-11-21T10:05"}
    taken(desk.supervisor, one, "comment", **REPORT, **given, **fields)
    page = page_of(desk.supervisor, one)
    assert "has not been told" not in page
    assert "2026-11-21 10:05" in page
    assert 'value="2026-11-21T10:05"' in page


def test_a_report_without_news_is_not_recorded(found, desk):
    one = found("Fall", category="incident", details={"people": "Li"})
    was = json.dumps({"people": "Li"})
    answer = take(desk.officer, one, "comment", report="1", was=was, people="Li")
    assert answer.status_code == 422
    assert "Nothing is new" in answer.text
    assert steps() == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("contact", "x" * 201, "within 200 characters"),
        ("wish", "x" * 8001, "within 8000 characters"),
        ("outcome_told_at", "yesterday", "is not a time"),
        ("complainant", "nobody", "cannot be read"),
    ],
)
def test_wrong_details_come_back_as_they_were_typed(found, desk, name, value, said):
    one = found("Ticket lost", category="complaint")
    fields = {**REPORT, "from_whom": "Mr Wu", name: value}
    answer = take(desk.officer, one, "comment", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Mr Wu" in answer.text
    assert steps() == []


@pytest.mark.parametrize("was", ["", "null", "[1]", "{", "\0"])
def test_a_hidden_field_that_is_not_ours_does_no_harm(found, desk, was):
    one = found("Fall", category="incident")
    taken(desk.officer, one, "comment", report="1", was=was, people="Li")
    assert steps()[0].details == {"people": "Li"}


def test_stored_text_stays_text(found, desk):
    hostile = '<script>alert(1)</script>{{ 7*7 }}" onload="x'
    given = {"category": "incident", "details": {"people": hostile}}
    one = found(hostile, unit="L1-001", **given)
    taken(desk.officer, one, "comment", text=hostile)
    addresses = (LIST, f"{LIST}{one}", "/malls/demo/units/L1-001")
    for address in addresses:
        page = desk.supervisor.get(address).text
        assert "<script>alert" not in page
        assert 'onload="x' not in page
        assert "&lt;script&gt;" in page


def test_rebuilding_gives_the_same_findings_after_steps_at_the_desk(found, desk, clock):
    one = found("Fall", category="incident", severity="S1")
    for client, step, fields in (
        (desk.supervisor, "assign", {"to": "team:engineering"}),
        (desk.supervisor, "prioritise", {"severity": "S2"}),
        (desk.officer, "wait", {"waiting_for": "part", "text": "x"}),
        (desk.officer, "comment", {**REPORT, "people": "Li"}),
        (desk.officer, "fix", {"photos": upload(picture())}),
        (desk.supervisor, "reject", {"text": "Still loose"}),
    ):
        taken(client, one, step, **fields)
        clock.move(minutes=7)
    before = columns()
    rebuild()
    db.session.commit()
    assert columns() == before
    assert len(before["finding_updates"]) == 6
