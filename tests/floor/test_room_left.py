"""A long text is cut at the end of its field, but not without a sign."""

import pytest

MOST = 4000


def write(phone, field: str, count: int) -> None:
    phone.page.fill(field, "")
    phone.page.focus(field)
    phone.page.keyboard.insert_text("x" * count)


@pytest.mark.parametrize(
    "field",
    ["#item-Q02 [data-note]", "#item-Q01 .item__words"],
    ids=["note", "words"],
)
def test_near_its_end_the_field_counts(phone, field):
    phone.start("six_step", "L1-A")
    code = field.split()[0]
    phone.page.click(f"{code} .item__more")
    hint = phone.page.locator(f"{code} [data-room]")
    write(phone, field, 100)
    assert hint.count() == 0
    write(phone, field, MOST - 10)
    assert hint.inner_text() == "3990 of 4000 characters"
    phone.page.keyboard.insert_text("y" * 50)
    assert hint.inner_text() == "4000 of 4000 characters"
    write(phone, field, 100)
    assert hint.count() == 0
