"""On a phone: set up, write down, sign in with a code; accessible and within policy."""

import re
from datetime import UTC, datetime

import pytest

from tests.factors.conftest import code_at
from tests.support import axe
from tests.walk.conftest import demo_server, sign_in  # noqa: F401 -- a fixture

pytestmark = pytest.mark.browser
# A refused code is a 4xx; who types before all of the page has come is focused already.
HARMLESS = re.compile(r"status of 40|^Autofocus processing was blocked")
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def page(chromium, demo_server):  # noqa: F811 -- fixture
    context = chromium.new_context(
        viewport=PHONE, locale="zh-CN", base_url=demo_server.url
    )
    context.set_default_timeout(60_000)
    page = sign_in(context, demo_server, "auditor")
    yield page
    context.close()


def is_fine(page, complaints):
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert [text for text in complaints if not HARMLESS.search(text)] == []


def test_a_phone_sets_it_up_and_comes_in_with_it(page, demo_server):  # noqa: F811
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/me/second-factor/")
    page.fill("#password", demo_server.password)
    is_fine(page, complaints)
    page.press("#password", "Enter")
    secret = page.inner_text(".set-up__secret").replace(" ", "")
    address = page.get_attribute(".set-up__open", "href")
    assert f"secret={secret}" in address
    is_fine(page, complaints)
    page.fill("#code", code_at(secret, datetime.now(UTC)))
    page.press("#code", "Enter")
    recovery = page.locator(".recovery code").first.inner_text()
    is_fine(page, complaints)

    page.context.clear_cookies()
    page.goto("/sign-in?next=/me/")
    page.fill("#username", "auditor")
    page.fill("#password", demo_server.password)
    page.press("#password", "Enter")
    page.fill("#code", "000000")
    page.press("#code", "Enter")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert page.input_value("#code") == ""
    is_fine(page, complaints)
    page.fill("#code", recovery)  # with the spaces it was shown with
    page.press("#code", "Enter")
    page.wait_for_url(lambda address: address.endswith("/me/"))
