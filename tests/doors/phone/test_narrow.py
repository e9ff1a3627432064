"""Where there is little room: words stay whole, and a phone on its side shows doors."""

import pytest

# Lines that the text of an element takes, and how near it comes to its border.
LINES = "one => { const range = document.createRange(); range.selectNodeContents(one);"
LINES += " return new Set([...range.getClientRects()].map(({ top }) => top)).size }"
SPARE = """[...document.querySelectorAll(".item .segment > span")]
  .filter((one) => one.checkVisibility())
  .map((one) => {
    const range = document.createRange()
    range.selectNodeContents(one)
    const [text, box] = [range.getBoundingClientRect(), one.getBoundingClientRect()]
    return Math.min(text.left - box.left, box.right - text.right)
  })"""


@pytest.mark.parametrize("width", [360, 390])
def test_chinese_words_stay_whole_in_the_header_and_clear_of_borders(make_phone, width):
    phone = make_phone(width=width, height=844, locale="zh-CN")
    phone.start("equipment", "L1-A")
    phone.page.evaluate(
        "document.querySelector('#chip').lastChild.textContent = '已全部同步'"
    )
    assert phone.page.locator("#chip > span").evaluate(LINES) == 1
    assert phone.page.locator("#report span").is_visible()
    assert min(phone.page.evaluate(SPARE)) >= 4
    alone = "[name$='-na'][type=checkbox] + span"
    paddings = phone.page.locator(alone).evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).paddingLeft))"
    )
    assert min(paddings) >= 8


def test_the_state_takes_two_lines_at_most_beside_the_title_of_a_form(make_phone):
    phone = make_phone(width=390, height=844)
    phone.start("equipment", "L1-A")
    phone.page.evaluate(
        "document.querySelector('#chip').lastChild.textContent = 'All on the server'"
    )
    assert phone.page.locator("#chip > span").evaluate(LINES) <= 2


def test_on_its_side_the_phone_shows_doors(make_phone):
    phone = make_phone(width=844, height=390)
    phone.page.evaluate("document.querySelector('#round-handover p').append('Unread')")
    phone.walk("L3")
    phone.page.evaluate(
        "document.querySelector('#doors-round')"
        ".before(document.querySelector('#round-handover'))"
    )
    phone.page.evaluate("document.querySelector('#round-handover').hidden = false")
    row = phone.row("L3-001").bounding_box()
    bar = phone.page.locator("#bar").bounding_box()
    assert row["y"] + row["height"] <= bar["y"]
    phone.tap("L3-001")
