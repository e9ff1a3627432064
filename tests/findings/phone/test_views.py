"""The phone's views of findings: readable, reachable, never wider than the screen."""

import pytest

from tests.floor.test_pages import SMALL_TARGETS

SIZES = ((360, 640), (390, 844), (640, 360))
FITS = "document.documentElement.scrollWidth <= innerWidth"
LOOKS = (("light", "en"), ("dark", "zh-CN"))


def tiles(phone):
    phone.go("due")  # the same address again would open nothing anew
    phone.go("finding")


def report(phone):
    tiles(phone)
    phone.page.click("[data-category=incident]")


def complaint(phone):
    tiles(phone)
    phone.page.click("[data-category=complaint]")
    phone.page.click("[data-change=place]")


def worklist(phone):
    made(phone)
    phone.page.click("#findings-lists label:has([value=mine])")


def follow(phone):
    made(phone)
    phone.page.locator("#findings-list a").first.click()
    phone.page.wait_for_selector("#view-follow:not([hidden]) #follow-what")
    phone.page.click("#follow-others summary")


def wait(phone):
    follow(phone)
    phone.step("wait")


def made(phone):
    phone.go("findings")
    phone.report("fire_safety", "Pallets in front of exit 3, nobody there " * 3)
    phone.page.click("#reported button")
    phone.page.wait_for_selector("#findings-list li")


VIEWS = (tiles, report, complaint, worklist, follow, wait)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_too_wide_at_any_text_size_and_targets_are_large(
    make_phone, width, height
):
    phone = make_phone("officer", width=width, height=height)
    for view in VIEWS:
        view(phone)
        assert phone.page.evaluate(SMALL_TARGETS) == [], view.__name__
        for size in ("100%", "200%", ""):
            phone.page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert phone.page.evaluate(FITS), f"{view.__name__} at {size}"


@pytest.mark.parametrize(("scheme", "locale"), LOOKS)
def test_axe_finds_nothing(make_phone, scheme, locale):
    phone = make_phone("supervisor", color_scheme=scheme, locale=locale)
    for view in (tiles, report, complaint):
        view(phone)
        assert phone.violations() == [], view.__name__
    phone.page.click("#finding-form [data-drop]")
    phone.page.wait_for_selector("#finding-tiles:not([hidden])")


@pytest.mark.parametrize(("scheme", "locale"), LOOKS)
def test_axe_finds_nothing_in_the_follow_up(make_phone, scheme, locale):
    phone = make_phone("officer", color_scheme=scheme, locale=locale)
    for view in (worklist, follow, wait):
        view(phone)
        assert phone.violations() == [], view.__name__
