"""The reading before this one is known as soon as it was saved, sent or not."""

from tests.floor.test_form import take_photo

PREVIOUS = "#previous-V04"


def read_meter(phone, value: str) -> None:
    phone.item("V04").locator("[name=V04]").fill(value)
    take_photo(phone, "V04")
    phone.item("V04").locator(".thumb").wait_for()
    phone.page.click("#abort-open")
    phone.page.fill("#abort textarea", "Only the meter")
    phone.page.click("#abort [data-abort]")
    phone.wait_saved()


def previous(phone, place: str) -> str:
    phone.start("vacant_unit", place)
    return phone.page.locator(PREVIOUS).text_content()


def test_it_is_known_while_it_waits_and_once_it_was_received(phone):
    phone.context.set_offline(True)
    assert previous(phone, "L1-001") == "no reading before"
    read_meter(phone, "500")
    assert previous(phone, "L1-001").startswith("before: 500 kWh")
    phone.item("V04").locator("[name=V04]").fill("499")
    assert "Below the previous reading" in phone.item("V04").inner_text()
    phone.context.set_offline(False)
    phone.ask("sync/triggers", "m.sendNow()")
    phone.page.wait_for_selector("#chip[data-look=done]")
    assert previous(phone, "L1-001").startswith("before: 500 kWh")
    assert previous(phone, "L1-002") == "no reading before"
