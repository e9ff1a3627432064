"""A code on a door, read by a phone on which nobody is signed in."""

import pytest

from tests.doors.phone.conftest import DoorsPhone
from tests.support import builders


@pytest.fixture
def stranger(doors_server, chromium):
    """A phone that never was here."""
    context = chromium.new_context(base_url=doors_server.url, has_touch=True)
    phone = DoorsPhone(context)
    yield phone
    context.close()
    assert phone.errors == []


@pytest.mark.parametrize("route", ["door", "shop"])
def test_signing_in_is_offered_and_leads_back_to_the_door(stranger, route):
    page = stranger.page
    page.goto(f"/floor/#{route}/B1-002")
    page.click("#signed-out .button--primary")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", builders.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#door-form:not([hidden])")
    assert "B1-002" in page.inner_text("#door-form h1")
    assert page.is_hidden("#notices")
