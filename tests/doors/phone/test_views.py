"""The phone's views of doors: readable, reachable, never wider than the screen."""

import pytest

from tests.findings.phone.test_views import FITS, LOOKS
from tests.floor.test_pages import SMALL_TARGETS

SIZES = ((360, 640), (430, 932), (640, 360))


def roster(phone):
    phone.walk("L1")
    phone.tap("L1-001")
    phone.page.wait_for_selector("#doors-last:not([hidden])")


def rest(phone):
    phone.walk("B1")
    phone.page.click("#doors-list [data-rest]")


def door(phone):
    phone.go("shop/L1-002")
    phone.page.wait_for_selector("#door-form:not([hidden])")
    phone.page.click("#door-form label:has([value=late])")
    phone.page.click("#door-form .button--primary")


def unknown(phone):
    phone.go("door/L9-999")
    phone.page.wait_for_selector("#door-gone:not([hidden])")


def close_dialog(phone):
    phone.page.evaluate("document.querySelector('#doors-rest').close()")


VIEWS = (roster, rest, door, unknown)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_targets_are_large_and_nothing_is_too_wide_at_any_text_size(
    make_phone, width, height
):
    phone = make_phone(width=width, height=height)
    phone.offline()
    for view in VIEWS:
        view(phone)
        assert phone.page.evaluate(SMALL_TARGETS) == [], view.__name__
        assert phone.page.evaluate(FITS), view.__name__
        phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert phone.page.evaluate(FITS), f"{view.__name__}, twice the text"
        phone.page.evaluate("document.documentElement.style.fontSize = ''")
        close_dialog(phone)


@pytest.mark.parametrize(("scheme", "locale"), LOOKS)
def test_axe_finds_nothing(make_phone, scheme, locale):
    phone = make_phone(color_scheme=scheme, locale=locale)
    phone.offline()
    for view in VIEWS:
        view(phone)
        assert phone.violations() == [], view.__name__
        close_dialog(phone)
