"""No row moves or grows under the thumb that taps along it."""

import pytest

# Where each row is on the page, and how tall.
BOXES = """[...document.querySelectorAll("#doors-list [data-no]")].map((row) => {
  const { y, height } = row.getBoundingClientRect()
  return [row.dataset.no, y + scrollY, height]
})"""
UNSEEN = """[...document.querySelectorAll("#doors-list .doors__row--open")]
  .map((row) => row.dataset.no)"""  # others may have sent what they saw before
DRAWN = "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"
LONG = {
    "en": "The Peppermill Kitchen and Bakery at the Fountain",
    "zh-Hans": "胡椒磨厨房与面包坊（喷泉广场旗舰店）",
}


def rename(route) -> None:
    """Names as long as some are: over up to four lines."""
    answer = route.fetch()
    pack = answer.json()
    for unit in pack["units"]:
        words = round(int(unit["no"][-3:]) % 4 + 1) / 4
        unit["tenant"] = {
            code: name[: round(len(name) * words)] for code, name in LONG.items()
        }
    route.fulfill(response=answer, json=pack)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("event", ["opening", "closing"])
def test_a_tap_moves_no_row(make_phone, locale, width, event):
    phone = make_phone(width=width, height=1600, locale=locale)  # each row is drawn
    phone.context.route("**/floor/pack", rename)
    phone.fetch()
    phone.offline()
    phone.walk("L3", event)
    phone.page.evaluate(DRAWN)
    before = phone.page.evaluate(BOXES)
    heights = {height for _no, _y, height in before}
    assert len(heights) > 1  # some names are longer than others
    unseen = phone.page.evaluate(UNSEEN)
    assert len(unseen) > 3
    for no in unseen:
        phone.tap(no)
        assert phone.page.evaluate(BOXES) == before, no
    phone.wait_until(f"{UNSEEN}.length === 0")
    phone.page.evaluate(DRAWN)
    assert phone.page.evaluate(BOXES) == before
