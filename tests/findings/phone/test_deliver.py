"""Bringing notices to shops, without network."""

import pytest

from tests.findings.phone.test_report import PHOTO, only
from tests.findings.phone.test_views import FITS, LOOKS
from tests.floor.test_pages import SMALL_TARGETS


def open_notice(phone, unit):
    phone.go("findings")
    phone.page.click("#findings-notices")
    phone.page.locator("#notice-list a", has_text=unit).click()
    phone.page.wait_for_selector("#notice-form:not([hidden]) canvas")


def draw(phone):
    canvas = phone.page.locator("#notice-form canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    phone.page.mouse.move(box["x"] + 30, box["y"] + 60)
    phone.page.mouse.down()
    for step in range(1, 8):
        phone.page.mouse.move(box["x"] + 30 + step * 20, box["y"] + 60 + step % 3 * 20)
    phone.page.mouse.up()


def save(phone):
    phone.page.click("#notice-form .button--primary")


def to_deliver(phone):
    phone.go("due")
    phone.go("notice")
    phone.wait_until("!document.querySelector('#notice-form').checkVisibility()")
    return phone.page.locator("#notice-list li").all_inner_texts()


def wait_delivered(phone, unit):
    """Until the list, which is there before it is drawn anew, has it no more."""
    phone.wait_for(lambda: not any(unit in row for row in to_deliver(phone)))


def test_a_notice_is_signed_for_on_the_screen(officer):
    officer.offline()
    open_notice(officer, "L1-001")
    assert "店铺越线摆放货架" in officer.page.inner_text("#notice-form")
    save(officer)
    error = officer.page.locator("#notice-error")
    assert error.inner_text() == "Write the name of who signs."
    officer.page.fill("[name=signer_name]", "陈美玲")
    save(officer)
    assert error.inner_text() == "Have it signed in the field."
    draw(officer)
    save(officer)
    officer.wait_saved()
    entry = only(officer, "notice_delivery")
    assert entry["body"]["signer_name"] == "陈美玲"
    assert entry["photos"] == [entry["body"]["signature"]]
    wait_delivered(officer, "L1-001")
    officer.sync()
    assert only(officer, "notice_delivery")["state"] == "received"
    wait_delivered(officer, "L1-001")


def test_who_will_not_sign_is_shown_in_a_photo(officer):
    officer.offline()
    open_notice(officer, "L1-002")
    officer.page.click("#notice-form label:has([value=refused])")
    save(officer)
    assert "Take a photo" in officer.page.inner_text("#notice-error")
    officer.page.locator("#notice-form [capture]").set_input_files(PHOTO)
    officer.page.wait_for_selector("#notice-form .thumb")
    save(officer)
    officer.wait_saved()
    body = only(officer, "notice_delivery")["body"]
    assert (body["outcome"], body["signature"]) == ("refused", None)
    assert len(body["photos"]) == 1


def test_a_signature_survives_a_kill_and_a_shop_that_was_closed_comes_again(officer):
    officer.offline()
    open_notice(officer, "L1-003")
    officer.page.fill("[name=signer_name]", "Wu")
    draw(officer)
    officer.wait_for(lambda: any(one.get("signature") for one in officer.drafts()))
    officer.page.reload()
    officer.page.wait_for_selector("#notice-form:not([hidden]) canvas")
    assert officer.page.input_value("[name=signer_name]") == "Wu"
    officer.page.wait_for_selector("#notice-pad .signature__hint", state="hidden")
    officer.page.click("#notice-form label:has([value=not_reached])")
    save(officer)
    officer.wait_saved()
    body = only(officer, "notice_delivery")["body"]
    assert (body["outcome"], body["signer_name"]) == ("not_reached", "")
    assert any("L1-003" in row for row in to_deliver(officer))


def test_a_team_brings_no_notices(make_phone):
    cleaner = make_phone("cleaner")
    cleaner.go("findings")
    assert cleaner.page.is_hidden("#findings-notices")


@pytest.mark.parametrize(("scheme", "locale"), LOOKS)
def test_axe_finds_nothing_and_all_fits(make_phone, scheme, locale):
    phone = make_phone("supervisor", color_scheme=scheme, locale=locale)
    phone.go("notice")
    phone.page.wait_for_selector("#notice-list li")
    assert phone.violations() == []
    open_notice(phone, "L1-003")
    assert phone.violations() == []
    assert phone.page.evaluate(SMALL_TARGETS) == []
    assert phone.page.evaluate(FITS)
