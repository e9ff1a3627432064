"""The same problem met again by a later round is the same finding."""

from tests.floor.test_form import PHOTO, fill_patrol


def fail_a_patrol(phone, code="R01"):
    phone.start("fire_patrol", "L1-A")
    fill_patrol(phone)
    phone.tick(code, "fail")


def finish(phone):
    phone.finish()
    phone.wait_saved()
    phone.sync()


def carried(phone):
    """The open findings of the walk pack, by number."""
    phone.fetch()
    pack = phone.ask("sync/pack", "m.pack()")
    return {one["number"]: one for one in pack["findings"] if one.get("item") == "R01"}


def take_photo(phone, code):
    phone.item(code).locator("[type=file]").first.set_input_files(PHOTO)
    phone.item(code).locator(".thumb").wait_for()


def test_the_same_problem_is_seen_again_and_another_one_is_its_own(officer):
    fail_a_patrol(officer)
    officer.finish()
    assert "1 still open" in officer.page.inner_text("#finish-message")  # a photo
    take_photo(officer, "R01")
    finish(officer)
    ((number, found),) = carried(officer).items()
    assert number.endswith("-R01")

    officer.offline()
    officer.start("fire_patrol", "L1-A")
    notice = officer.item("R01").locator(".still-open")
    assert f"#{number}" in notice.inner_text()
    fill_patrol(officer)
    notice.get_by_text("Same problem still there").click()
    assert officer.chosen("R01") == ["fail"]
    finish(officer)  # without a photo
    ((again, found),) = carried(officer).items()
    assert (again, found["seen_again"]) == (number, 1)

    fail_a_patrol(officer)
    officer.item("R01").get_by_text("Another problem").click()
    officer.finish()
    assert "1 still open" in officer.page.inner_text("#finish-message")
    take_photo(officer, "R01")
    finish(officer)
    assert len(carried(officer)) == 2


def test_a_pass_takes_the_choice_back(officer):
    fail_a_patrol(officer)
    take_photo(officer, "R01")
    finish(officer)
    officer.start("fire_patrol", "L1-A")
    same = officer.item("R01").locator(".still-open button[value]").first
    same.click()
    officer.wait_for(lambda: same.get_attribute("aria-pressed") == "true", 10)
    officer.tick("R01", "pass")
    officer.wait_until(
        "document.querySelector('#item-R01 .still-open button')"
        ".getAttribute('aria-pressed') === 'false'"
    )
    (draft,) = officer.drafts()
    assert not draft["answers"]["R01"].get("still_open")
