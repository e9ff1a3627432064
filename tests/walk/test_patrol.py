"""A patrol, whole: sign in, walk without signal, come back up, read the day."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.builders import jpeg
from tests.walk.conftest import sign_in

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)  # tests share the machine with each other
# What Playwright calls these phones; the engine is Chromium for both.
PHONES = {
    "pixel": {"viewport": {"width": 412, "height": 915}, "device_scale_factor": 2.6},
    "iphone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3},
}
PLACES = {"pixel": "B1-A", "iphone": "L1-A"}  # each walks a round of its own


@pytest.fixture(params=PHONES)
def model(request):
    return request.param


@pytest.fixture
def phone(model, chromium):
    context = chromium.new_context(
        **PHONES[model], is_mobile=True, has_touch=True, locale="en"
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def desk(chromium):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN"
    )
    yield context
    context.close()


def tick_all(form):
    """Every item as it should be; numbers within their range."""
    for segment in form.locator(".segment--pass:visible").all():
        segment.click()
    form.locator("[name=O17]").fill("23.5")
    form.locator("[name=O20]").fill("0")
    form.locator("[name=O24]").fill("09:40")


def fail_with_photo(form, item, note):
    fieldset = form.locator(f"#item-{item}")
    fieldset.locator(".segment--fail").click()
    fieldset.locator("[data-note]").fill(note)
    fieldset.locator("input[type=file]").first.set_input_files(
        {
            "name": "exit.jpg",
            "mimeType": "image/jpeg",
            "buffer": jpeg(size=(2000, 1500)),
        }
    )
    expect(fieldset.locator("[data-photos] img").first).to_be_visible()


def test_a_round_walked_in_the_basement_is_read_at_the_desk(
    demo_server, model, phone, desk
):
    place = PLACES[model]
    page = sign_in(phone, demo_server, "officer")
    expect(page.get_by_text(re.compile("Ready to walk, "))).to_be_visible()

    phone.set_offline(True)
    page.reload()
    due = page.locator(f"a[href^='#round/walk.{place}.']").first
    expect(due).to_be_visible()
    due.click()

    form = page.locator("#checklist")
    expect(form).to_be_visible()
    page.click("#finish")
    expect(page.locator("#finish-message")).to_contain_text("24")
    tick_all(form)
    note = "pallet in front of exit 3"
    fail_with_photo(form, "O08", note)

    page.reload()
    expect(form.locator("#item-O08 [data-note]")).to_have_value(note)
    expect(form.locator("#item-O08 [data-photos] img").first).to_be_visible()
    page.click("#finish")
    expect(page.locator("#saved")).to_contain_text("Saved on this phone")
    expect(page.locator("#chip")).to_contain_text("1")

    phone.set_offline(False)
    expect(page.locator("#chip")).to_contain_text("All on the server")

    read_the_day(sign_in(desk, demo_server, "manager"), place, note)


def read_the_day(page, place, note):
    expect(page.locator("h1")).to_be_visible()
    line = page.locator(".daylog__entry", has_text=place).filter(has_text="O08").first
    expect(line).to_contain_text("林晓岚")
    expect(line.locator("img").first).to_be_visible()
    line.get_by_role("link").first.click()
    expect(page.get_by_text(note)).to_be_visible()
    expect(page.locator("body")).to_contain_text("开店前巡检")
