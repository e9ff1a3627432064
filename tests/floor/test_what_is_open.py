"""What still holds up finishing says at itself what it lacks."""

import pytest

from tests.floor.test_form import fill_patrol, take_photo

SUMMARY = "#finish-message"


def says(phone, code: str) -> str:
    line = phone.item(code).locator(".item__verdict")
    return line.evaluate("line => line.hidden ? '' : line.textContent.trim()")


def fill_in(phone) -> None:
    """All of the restaurant's closing but what needs more than a tick."""
    phone.start("restaurant_close", "L1-001")
    phone.pass_all()
    for code in ("K03", "K05", "K12"):
        phone.tick(code, "na")


def test_an_answer_that_failed_says_at_once_that_a_photo_is_missing(phone):
    fill_in(phone)
    phone.tick("K02", "fail")
    assert says(phone, "K02") == "Photo missing"
    phone.finish()
    summary = phone.page.inner_text(SUMMARY)
    assert summary.startswith("1 still open: Photo missing.")
    assert "answer" not in summary.lower()
    take_photo(phone, "K02")
    phone.item("K02").locator(".thumb").wait_for()
    assert says(phone, "K02") == ""


def test_a_count_beyond_its_limit_says_both(phone):
    phone.start("equipment", "L1-A")
    phone.item("E02").locator("[name=E02]").fill("5")
    assert says(phone, "E02") == "Counts as a fail · Photo missing"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-US", ("Answer missing", "Name missing", "Signature missing")),
        ("zh-CN", ("未作答", "缺姓名", "缺签名")),
    ],
)
def test_after_trying_to_finish_each_open_item_says_what_it_lacks(
    make_phone, locale, words
):
    answer, name, signature = words
    phone = make_phone(locale=locale)
    phone.get_ready()
    phone.start("restaurant_close", "L1-001")
    assert says(phone, "K02") == ""  # nobody wanted to finish yet
    phone.finish()
    assert answer in says(phone, "K02")
    assert name in says(phone, "K12")
    summary = phone.page.inner_text(SUMMARY)
    assert answer in summary
    assert name in summary
    phone.item("K12").locator("[name=K12]").fill("Chan")
    assert signature in says(phone, "K12")
    phone.tick("K02")
    assert says(phone, "K02") == ""


def test_a_drawn_name_that_nobody_wrote_is_a_name_missing(phone):
    phone.start("fire_patrol", "L1-A")
    fill_patrol(phone)
    phone.item("R12").locator("[name=R12]").fill("")
    phone.finish()
    assert phone.page.inner_text(SUMMARY).startswith("1 still open: Name missing.")
    assert says(phone, "R12") == "Name missing"
