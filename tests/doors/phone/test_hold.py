"""A row that is held opens the door's form, and the release answers nothing in it."""

import pytest


def hold(phone, no: str, ms: int) -> None:
    """A finger on the row, as the browser gets it from the glass."""
    box = phone.row(no).locator("[data-tap]").bounding_box()
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    glass = phone.context.new_cdp_session(phone.page)
    touch = {"type": "touchStart", "touchPoints": [at]}
    glass.send("Input.dispatchTouchEvent", touch)
    phone.page.wait_for_timeout(ms)
    release = {"type": "touchEnd", "touchPoints": []}
    glass.send("Input.dispatchTouchEvent", release)


COUNT_CLICKS = """() => {
  globalThis.clicked = []
  document.querySelector("#view-door")
    .addEventListener("click", ({ target }) => clicked.push(target.outerHTML))
}"""


@pytest.mark.parametrize("ms", [800, 1100])
@pytest.mark.parametrize("no", ["L2-002", "L2-003", "L2-004"])
def test_the_release_of_a_hold_touches_nothing_in_the_form(make_phone, no, ms):
    phone = make_phone(width=412, height=915)
    phone.offline()
    phone.walk("L2")
    phone.page.evaluate(COUNT_CLICKS)
    hold(phone, no, ms)
    phone.page.wait_for_selector("#door-form:not([hidden])")
    phone.page.wait_for_timeout(300)  # a click that comes late
    assert phone.page.evaluate("clicked") == []
    focused = phone.page.evaluate("document.activeElement.tagName")
    assert focused not in {"INPUT", "TEXTAREA"}  # no keyboard comes up either
    phone.page.click("#door-form label:has([value=late])")  # the next tap counts
    assert phone.page.is_checked("#door-form [value=late]")


def test_a_tap_after_a_hold_that_led_nowhere_counts(officer):
    officer.offline()
    officer.walk("L1")
    hold(officer, "L1-001", 700)
    officer.page.wait_for_selector("#door-form:not([hidden])")
    officer.page.click("#back")
    officer.page.wait_for_selector("#doors-list [data-no]")
    officer.tap("L1-002")
    officer.wait_kept(1)
