"""Reporting a problem on the phone, without network, from wherever one is."""

import pytest

from tests.support.builders import jpeg

PHOTO = {"name": "wet.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
COUNT_TAPS = "globalThis.taps = 0; addEventListener('pointerdown', () => taps++, true)"


def take_photo(phone, form="#finding-form"):
    phone.page.locator(f"{form} [capture]").set_input_files(PHOTO)
    phone.page.wait_for_selector(f"{form} .thumb")


def only(phone, kind="finding"):
    (entry,) = [one for one in phone.entries() if one["kind"] == kind]
    return entry


@pytest.mark.parametrize("view", ["due", "findings", "more", "outbox"])
def test_four_taps_are_enough_from_the_bar(officer, view):
    officer.offline()
    officer.go(view)
    officer.page.evaluate(COUNT_TAPS)
    officer.page.click("#report")
    officer.page.click("[data-category=hygiene]")
    officer.page.click("#finding-text")
    officer.page.keyboard.type("Water in front of lift 2")
    officer.save_report()
    assert officer.page.evaluate("taps") == 4
    assert only(officer)["body"] == {
        "category": "hygiene",
        "severity": "S3",
        "text": "Water in front of lift 2",
        "place": "L1-A",
        "unit": None,
        "photos": [],
        "team": None,
        "fixed_on_spot": False,
        "details": {},
    }


def test_four_taps_are_enough_from_an_open_checklist_which_goes_on(officer):
    officer.start("hygiene", "L1-WC1")
    officer.offline()
    codes = officer.codes()
    officer.tick(codes[0])
    officer.page.evaluate(COUNT_TAPS)
    officer.page.click("#report")
    officer.page.click("[data-category=equipment]")
    officer.page.click("#finding-text")
    officer.page.keyboard.type("Tap drips")
    officer.save_report()
    assert officer.page.evaluate("taps") == 4
    assert only(officer)["body"]["place"] == "L1-WC1"
    officer.page.wait_for_selector("#checklist")
    assert officer.chosen(codes[0]) == ["pass"]


def test_a_photo_alone_is_enough(officer):
    officer.offline()
    officer.go("finding")
    officer.page.click("[data-category=equipment]")
    take_photo(officer)
    officer.save_report()
    entry = only(officer)
    assert (entry["body"]["text"], entry["body"]["photos"]) == ("", entry["photos"])
    assert len(entry["photos"]) == 1


def test_nothing_said_and_nothing_shown_is_no_report(officer):
    officer.go("finding")
    officer.page.click("[data-category=other]")
    officer.page.click("#finding-form .button--primary")
    error = officer.page.locator("#finding-error")
    assert error.inner_text() == "Say what it is, or take a photo."
    assert officer.page.evaluate("document.activeElement.id") == "finding-text"
    assert officer.entries() == []


def test_fixed_on_the_spot_shows_the_result(officer):
    officer.offline()
    officer.go("finding")
    officer.page.click("[data-category=hygiene]")
    officer.page.fill("#finding-text", "Bottle picked up")
    officer.page.check("[name=fixed_on_spot]")
    officer.page.click("#finding-form .button--primary")
    error = officer.page.locator("#finding-error")
    assert error.inner_text() == "Take a photo of the result."
    take_photo(officer)
    officer.save_report()
    assert only(officer)["body"]["fixed_on_spot"]
    assert not any("Bottle" in row for row in officer.rows())


def test_a_kill_keeps_every_word_and_photo(officer):
    officer.offline()
    officer.go("finding")
    officer.page.click("[data-category=security]")
    officer.page.click("#finding-text")
    officer.page.keyboard.type("Türe offen 🚪")
    officer.page.click("#finding-form label:has([value=S1])")
    take_photo(officer)
    officer.wait_for(lambda: any(one.get("photos") for one in officer.drafts()))
    officer.page.reload()
    officer.page.wait_for_selector("#finding-form .thumb")
    assert officer.page.input_value("#finding-text") == "Türe offen 🚪"
    assert officer.page.is_checked("#finding-form [value=S1]")
    officer.save_report()
    body = only(officer)["body"]
    assert (body["category"], body["severity"]) == ("security", "S1")
    assert officer.drafts() == []


def test_a_double_tap_on_save_makes_one_report(officer):
    officer.go("finding")
    officer.page.click("[data-category=other]")
    officer.page.fill("#finding-text", "Once")
    officer.page.evaluate(
        "const save = document.querySelector('#finding-form .button--primary');"
        "save.click(); save.click(); save.click()"
    )
    officer.page.wait_for_selector("#reported:not([hidden])")
    officer.page.wait_for_timeout(300)
    assert len(officer.entries()) == 1


def test_discarding_starts_with_the_tiles_again(officer):
    officer.go("finding")
    officer.page.click("[data-category=other]")
    officer.page.fill("#finding-text", "Never mind")
    officer.page.click("#finding-form [data-drop]")
    officer.page.wait_for_selector("#finding-tiles:not([hidden])")
    assert officer.drafts() == []


def test_what_is_searched_the_moment_the_places_open_is_looked_for(officer):
    officer.offline()
    officer.go("finding")
    officer.page.click("[data-category=tenant]")
    officer.page.wait_for_selector("#finding-text")
    if officer.page.is_visible("#finding-places"):  # nothing to preset it from
        officer.page.click("[data-change=place]")
    officer.type_at_once("#finding-places input", "l1-002")
    officer.page.click("[data-change=place]")
    (found,) = officer.settled_places()
    assert "L1-002" in found


def test_another_place_is_found_by_its_number_and_is_next_times_preset(officer):
    officer.offline()
    officer.go("finding")
    officer.page.click("[data-category=tenant]")
    officer.page.click("[data-change=place]")
    officer.page.fill("#finding-places input", "l1-002")
    officer.page.click("#finding-places li button")
    officer.page.fill("#finding-text", "Goods in the aisle")
    officer.save_report()
    body = only(officer)["body"]
    assert (body["unit"], body["place"]) == ("L1-002", None)
    officer.go("finding")
    officer.page.click("[data-category=tenant]")
    assert "L1-002" in officer.page.inner_text("[data-change=place]")


def test_a_tap_on_a_tile_before_all_is_ready_counts(officer):
    officer.go("due")
    officer.page.evaluate(
        "location.hash = 'finding';"
        "const tile = document.querySelector('[data-category=staff]');"
        "const wait = setInterval(() => {"
        "  if (!tile.checkVisibility()) return;"
        "  clearInterval(wait); tile.click() })"
    )
    officer.page.wait_for_selector("#finding-form:not([hidden])")
    assert officer.page.inner_text("[data-change=category] strong") == "Staff"


def test_changing_the_category_keeps_the_words(officer):
    officer.go("finding")
    officer.page.click("[data-category=hygiene]")
    officer.page.fill("#finding-text", "Smells burnt")
    officer.page.click("[data-change=category]")
    officer.page.click("[data-category=fire_safety]")
    assert officer.page.input_value("#finding-text") == "Smells burnt"
    assert officer.page.is_checked("#finding-form [value=S1]")


def test_an_incident_asks_who_what_and_who_was_told(officer):
    officer.offline()
    officer.go("finding")
    page = officer.page
    page.click("[data-category=incident]")
    assert page.get_by_text("Call for help first.").is_visible()
    page.fill("#finding-text", "Visitor fell on escalator 2")
    page.check("[name=emergency_called]")
    page.fill("[name=people]", "Ms Wu, 60")
    page.fill("[name=course]", "10:05 fell\n10:07 stopped the escalator")
    page.fill("[name=told]", "Duty manager 10:06\nControl room")
    officer.save_report()
    assert only(officer)["body"]["details"] == {
        "emergency_called": True,
        "people": "Ms Wu, 60",
        "course": "10:05 fell\n10:07 stopped the escalator",
        "told": [
            {"who": "Duty manager", "at": "10:06"},
            {"who": "Control room", "at": ""},
        ],
    }
    officer.sync()
    assert any("Visitor fell" in row for row in officer.rows())


def test_a_complaint_asks_who_and_what_they_wish(officer):
    officer.offline()
    officer.go("finding")
    page = officer.page
    page.click("[data-category=complaint]")
    page.fill("#finding-text", "Wrong change at the car park")
    page.click("label:has([name=complainant][value=customer])")
    page.fill("[name=from_whom]", "Mr Li")
    page.fill("[name=contact]", "138 0000 0000")
    page.fill("[name=wish]", "His money back")
    officer.save_report()
    officer.sync()
    assert only(officer)["body"]["details"] == {
        "complainant": "customer",
        "from_whom": "Mr Li",
        "contact": "138 0000 0000",
        "wish": "His money back",
    }
    assert only(officer)["state"] == "received"


def test_a_report_is_on_the_server_under_its_number(officer):
    officer.report("equipment", "Lamp above door 4 is dark")
    officer.sync()
    (row,) = [row for row in officer.rows() if "door 4" in row]
    assert "#" in row
    assert "engineering" in row
    assert "Saved here" not in row
