"""Following up on the phone: the list, the steps, two people without network."""

from tests.findings.phone.test_report import only, take_photo


def reported(phone, text, category="equipment", photo=False):
    """A finding that the server knows, seen on this phone."""
    phone.go("finding")
    phone.page.click(f"[data-category={category}]")
    if phone.page.is_visible("#finding-places"):  # nothing to preset it from
        phone.page.click("#finding-places li button")
    phone.page.fill("#finding-text", text)
    if photo:
        take_photo(phone)
    phone.save_report()
    phone.sync()


def row_of(phone, text):
    (row,) = [row for row in phone.rows() if text in row]
    return row


def updates(phone):
    found = [one for one in phone.entries() if one["kind"] == "finding_update"]
    return sorted(found, key=lambda one: one["seq"])


def test_a_team_starts_with_its_work_list_and_others_with_what_is_due(make_phone):
    engineer = make_phone("engineer")
    engineer.page.goto("/floor/")
    engineer.page.wait_for_selector("#view-findings:not([hidden])")
    engineer.page.wait_for_selector("#findings-lists [value=team]:checked")
    assert engineer.page.is_hidden("#view-due")
    officer = make_phone("officer")
    officer.page.goto("/floor/")
    officer.page.wait_for_selector("#view-due:not([hidden])")


def test_an_engineer_repairs_without_network_and_an_officer_re_checks(
    officer, make_phone
):
    reported(officer, "Pump room leaks", photo=True)
    engineer = make_phone("engineer")
    engineer.offline()
    engineer.follow("Pump room leaks")
    assert engineer.steps()[:3] == ["fix", "start", "wait"]
    assert "verify" not in engineer.steps()
    engineer.step("start")
    engineer.page.wait_for_selector("#follow-saved:not([hidden])")
    assert "In progress" in engineer.page.inner_text("#follow-state")
    engineer.step("fix")
    engineer.page.click("#step-form .button--primary")
    assert "show the result" in engineer.page.inner_text("#step-error")
    take_photo(engineer, "#step-form")
    engineer.save_step()
    assert "Saved here" in row_of(engineer, "Pump room leaks")
    assert [one["body"]["step"] for one in updates(engineer)] == ["start", "fix"]
    assert [one["body"]["seen"] for one in updates(engineer)] == ["open", "in_progress"]
    engineer.sync()
    assert "Saved here" not in row_of(engineer, "Pump room leaks")

    officer.fetch()
    assert "to re-check" in row_of(officer, "Pump room leaks")
    officer.follow("Pump room leaks")
    assert officer.steps()[:2] == ["verify", "reject"]
    officer.step("verify")
    officer.save_step()
    assert officer.steps() == ["comment", "seen_again"]
    officer.sync()
    assert [row for row in officer.rows() if "Pump room" in row] == []


def test_who_fixed_it_is_not_offered_the_re_check(officer):
    reported(officer, "Sign hangs askew")
    officer.offline()
    officer.follow("Sign hangs askew")
    officer.step("fix")
    officer.save_step()
    assert "verify" not in officer.steps()
    officer.sync()
    officer.follow("Sign hangs askew")
    assert "verify" not in officer.steps()


def test_waiting_says_for_what_and_why(officer):
    reported(officer, "Door closer broken")
    officer.offline()
    officer.follow("Door closer broken")
    officer.step("wait")
    officer.page.click("#step-form .button--primary")
    assert officer.page.inner_text("#step-error") == "Say what it waits for."
    officer.page.click("#step-form label:has([value=part])")
    officer.page.click("#step-form .button--primary")
    assert officer.page.inner_text("#step-error") == "Say why, in a few words."
    officer.page.fill("#step-text", "Ordered, here on Monday")
    officer.save_step()
    assert "Waits for a part" in row_of(officer, "Door closer")
    (update,) = updates(officer)
    assert update["body"]["waiting_for"] == "part"
    officer.sync()
    assert "Waits for a part" in row_of(officer, "Door closer")


def test_a_step_that_was_begun_is_there_after_a_kill(officer):
    reported(officer, "Tile loose")
    officer.offline()
    officer.follow("Tile loose")
    officer.step("comment")
    officer.page.click("#step-text")
    officer.page.keyboard.type("Marked with tape")
    take_photo(officer, "#step-form")
    officer.wait_for(lambda: any(one.get("photos") for one in officer.drafts()))
    officer.page.reload()
    officer.page.wait_for_selector("#step-form .thumb")
    assert officer.page.input_value("#step-text") == "Marked with tape"
    officer.save_step()
    assert only(officer, "finding_update")["body"]["text"] == "Marked with tape"
    assert officer.drafts() == []


def test_words_begun_for_one_step_do_not_go_with_another(officer):
    reported(officer, "Bin broken")
    officer.follow("Bin broken")
    officer.step("comment")
    officer.page.fill("#step-text", "Half a sentence")
    officer.go("findings")
    officer.follow("Bin broken")
    officer.page.wait_for_selector("#step-form:not([hidden])")
    assert officer.page.input_value("#step-text") == "Half a sentence"
    officer.page.click("#step-form [data-drop]")
    officer.step("start")
    officer.page.wait_for_selector("#follow-saved:not([hidden])")
    assert only(officer, "finding_update")["body"]["text"] == ""


def test_a_supervisor_assigns_and_prioritises_from_the_floor(make_phone):
    lead = make_phone("supervisor")
    reported(lead, "Smoke door wedged open", category="hygiene")
    lead.offline()
    lead.follow("Smoke door wedged")
    lead.step("assign")
    lead.page.select_option("[name=team]", "engineering")
    lead.save_step()
    lead.step("prioritise")
    lead.page.click("#step-form label:has([value=S1])")
    lead.save_step()
    row = row_of(lead, "Smoke door wedged")
    assert "S1" in row
    assert "engineering" in row
    lead.sync()
    row = row_of(lead, "Smoke door wedged")
    assert "Assigned" in row
    assert "engineering" in row


def test_a_contractor_sees_its_own_findings_only(officer, make_phone):
    reported(officer, "Lamp dark at L1", category="equipment")
    reported(officer, "Coffee spilt at L1", category="hygiene")
    cleaner = make_phone("cleaner")
    rows = "\n".join(cleaner.rows())
    assert "Coffee spilt" in rows
    assert "Lamp dark" not in rows


def test_an_auditor_reads_and_takes_no_step(officer, make_phone):
    reported(officer, "Handrail loose")
    auditor = make_phone("auditor")
    auditor.follow("Handrail loose")
    assert auditor.steps() == []


def test_a_complaint_ends_with_what_was_told_to_the_person(officer):
    reported(officer, "Too loud in the food court", category="complaint")
    officer.follow("Too loud")
    officer.step("fix")
    officer.page.fill("[name=outcome]", "Music turned down")
    officer.page.check("[name=outcome_told]")
    officer.save_step()
    details = only(officer, "finding_update")["body"]["details"]
    assert details["outcome"] == "Music turned down"
    assert details["outcome_told_at"]


def test_a_link_to_what_is_closed_says_so(officer):
    officer.go("follow/0192f000-0000-7000-8000-000000000000")
    officer.page.wait_for_selector("#follow-gone:not([hidden])")
    assert officer.steps() == []


def test_the_photo_it_was_reported_with_is_shown_where_it_is(officer, make_phone):
    reported(officer, "Crack in the glass", photo=True)
    officer.follow("Crack in the glass")
    officer.page.wait_for_selector("#follow-photos img")
    other = make_phone("supervisor")
    other.follow("Crack in the glass")
    assert "Photos: 1" in other.page.inner_text("#view-follow")
    assert other.page.locator("#follow-photos img").count() == 0
