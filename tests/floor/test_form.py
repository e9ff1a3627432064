"""A checklist under the thumb."""

from tests.floor.phone import FloorPhone
from tests.support.builders import jpeg

PHOTO = {"name": "exit.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}

# The draft in storage remembers where the page is scrolled to now.
KEPT_SPOT = """
import("/floor/sync.js").then(async ({ __need }) =>
  (await __need("sync/drafts.js").drafts())
    .some(({ scroll }) => scroll === Math.round(scrollY)))
"""


def take_photo(phone: FloorPhone, code: str, file=PHOTO) -> None:
    phone.item(code).locator("[type=file]").first.set_input_files(file)


def test_a_tick_is_set_changed_and_undone_with_one_tap_each(phone):
    phone.start()
    phone.tick("O01", "pass")
    assert phone.chosen("O01") == ["pass"]
    phone.tick("O01", "na")
    assert phone.chosen("O01") == ["na"]
    phone.page.wait_for_timeout(400)  # sooner, it is a second tap by mistake
    phone.tick("O01", "na")
    assert phone.chosen("O01") == []
    assert phone.drafts()[0]["answers"]["O01"].get("value") is None


def test_a_tap_that_bounces_does_not_take_the_tick_back(phone):
    phone.start()
    phone.item("O01").locator("label:has([value=pass])").dblclick()
    assert phone.chosen("O01") == ["pass"]


NOTE_STORED = """() => {
  globalThis.stored = []
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (value, ...more) {
    const { answers, scroll } = value
    if (this.name === "drafts") stored.push(JSON.stringify({ answers, scroll }))
    return put.call(this, value, ...more)
  }
}"""


def test_each_tap_is_stored_once(phone):
    phone.start()
    phone.page.evaluate(NOTE_STORED)
    phone.tick("O01", "pass")
    phone.tick("O02", "pass")
    phone.wait_until("stored.some(text => text.includes('O02'))")
    stored = phone.page.evaluate("stored")
    assert len(stored) == len(set(stored))


def test_arrow_keys_choose_too(phone):
    phone.start()
    phone.item("O01").locator("[value=pass]").focus()
    phone.page.keyboard.press("Space")
    assert phone.chosen("O01") == ["pass"]
    phone.page.keyboard.press("ArrowRight")
    [chosen] = phone.chosen("O01")
    assert chosen != "pass"
    phone.wait_until("document.querySelector('#progress').value === 1")
    assert phone.drafts()[0]["answers"]["O01"]["value"] == chosen


def test_a_fail_unfolds_right_there_and_moves_nothing_above(phone):
    phone.start()
    phone.tick("O05", "pass")
    above = phone.item("O05").bounding_box()
    phone.tick("O05", "fail")
    after = phone.item("O05").bounding_box()
    unfolded = phone.item("O05").locator(".item__unfold")
    assert unfolded.is_visible()
    assert unfolded.get_by_text("Fixed on the spot").is_visible()
    assert (above["x"], above["y"]) == (after["x"], after["y"])


def test_finishing_too_early_jumps_to_the_first_open_item_and_says_how_many(phone):
    phone.start()
    codes = phone.codes()
    asked = [code for code in codes if code != "O25"]  # not every zone has a door
    phone.tick(codes[0])
    phone.finish()
    message = phone.page.locator("#finish-message").inner_text()
    assert message.startswith(f"{len(asked) - 1} still open")
    assert phone.page.evaluate("document.activeElement.id") == f"item-{codes[1]}"
    assert phone.entries() == []


def test_next_open_goes_on_from_where_one_is(phone):
    phone.start()
    for code in ("O01", "O02", "O03", "O06"):
        phone.tick(code)
    phone.page.click("#next-open")
    assert phone.page.evaluate("document.activeElement.id") == "item-O07"


def test_a_draft_survives_a_reload_at_the_same_spot(phone):
    phone.start()
    phone.tick("O08", "fail")
    note = "Palette vor Tür 3 🚧 \u200fعربي"
    phone.item("O08").locator("textarea").fill(note)
    take_photo(phone, "O08")
    phone.item("O08").locator(".thumb").wait_for()
    phone.page.evaluate("document.querySelector('#item-O08').scrollIntoView()")
    phone.wait_until(KEPT_SPOT)
    scrolled = phone.page.evaluate("scrollY")

    phone.page.reload()
    phone.item("O08").locator(".thumb").wait_for()

    assert phone.chosen("O08") == ["fail"]
    assert phone.item("O08").locator("textarea").input_value() == note
    assert abs(phone.page.evaluate("scrollY") - scrolled) <= 2
    assert len(phone.drafts()) == 1


def test_items_left_out_of_the_painting_keep_their_height(phone):
    """Else a place on the page that was kept would be another one."""
    phone.start()
    heights = "[...document.querySelectorAll('.item')].map((item) => item.offsetHeight)"
    left_out = phone.page.evaluate(heights)
    phone.page.evaluate(
        "document.querySelectorAll('.item').forEach(({ style }) =>"
        " { style.contentVisibility = 'visible' })"
    )
    assert left_out == phone.page.evaluate(heights)
    assert len(set(left_out)) > 1


def test_a_photo_the_rule_asks_for_stops_finishing(phone):
    phone.start("restaurant_close", "L1-001")
    phone.pass_all()
    for code in ("K03", "K05", "K12"):
        phone.tick(code, "na")
    phone.tick("K02", "fail")
    phone.finish()
    assert "1 still open" in phone.page.locator("#finish-message").inner_text()
    assert phone.entries() == []
    take_photo(phone, "K02")
    phone.item("K02").locator(".thumb").wait_for()
    phone.finish()
    phone.wait_saved()
    [entry] = phone.entries()
    assert entry["photos"] == entry["body"]["answers"]["K02"]["photos"]


def test_a_double_tap_on_finish_makes_one_entry(phone):
    phone.start("fire_patrol", "L1-A")
    fill_patrol(phone)
    phone.page.evaluate(
        "const finish = document.querySelector('#finish');"
        "finish.click(); finish.click();"
        "finish.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}));"
        "finish.click()"
    )
    phone.wait_saved()
    phone.page.wait_for_timeout(300)
    assert len(phone.entries()) == 1
    assert phone.drafts() == []


def fill_patrol(phone: FloorPhone) -> None:
    phone.pass_all()
    phone.tick("R11", "na")
    phone.item("R12").locator("input").fill("Chen")
    draw_signature(phone, "R12")


def draw_signature(phone: FloorPhone, code: str) -> None:
    canvas = phone.item(code).locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    mouse = phone.page.mouse
    mouse.move(box["x"] + 30, box["y"] + 60)
    mouse.down()
    for step in range(1, 8):
        mouse.move(box["x"] + 30 + step * 20, box["y"] + 60 + (step % 3) * 20)
    mouse.up()
    phone.wait_until("!document.querySelector('#next-open:not([hidden])')")


def test_a_signature_is_kept_with_the_entry(phone):
    phone.start("fire_patrol", "L1-A")
    fill_patrol(phone)
    phone.finish()
    phone.wait_saved()
    [entry] = phone.entries()
    answer = entry["body"]["answers"]["R12"]
    assert answer["value"] == "Chen"
    assert answer["photos"] == entry["photos"]
    assert len(entry["photos"]) == 1


# How many pixels of the paper are inked.
INK = """code => {
  const canvas = document.querySelector(`#item-${code} canvas`)
  const pen = canvas.getContext("2d")
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height)
  return data.filter((value, at) => at % 4 === 0 && value < 128).length
}"""


def test_a_signature_comes_back_and_can_be_cleared(phone):
    phone.start("fire_patrol", "L1-A")
    fill_patrol(phone)
    drawn = phone.page.evaluate(INK, "R12")
    assert drawn > 200
    phone.page.reload()
    phone.page.wait_for_selector("#actions:not([hidden])")
    phone.wait_until(f"({INK})('R12') > {drawn // 2}")
    phone.item("R12").locator("[data-clear]").click()
    phone.wait_until("document.querySelector('#next-open:not([hidden])') !== null")
    assert phone.page.evaluate(INK, "R12") == 0
    assert phone.drafts()[0]["answers"]["R12"].get("drawn") is None


def test_a_second_finger_draws_nothing(phone):
    phone.start("fire_patrol", "L1-A")
    fill_patrol(phone)
    before = phone.page.evaluate(INK, "R12")
    phone.item("R12").locator("canvas").evaluate(
        """canvas => {
          const { left, top } = canvas.getBoundingClientRect()
          const at = (type, pointerId, x) => canvas.dispatchEvent(new PointerEvent(type,
            { pointerId, clientX: left + x, clientY: top + 20, bubbles: true }))
          canvas.setPointerCapture = () => {}
          at("pointerdown", 1, 10)
          at("pointermove", 2, 200)
          at("pointermove", 1, 12)
          at("pointerup", 2, 200)
          at("pointerup", 1, 12)
        }"""
    )
    assert 0 < phone.page.evaluate(INK, "R12") - before < 60


def test_a_round_is_done_at_once_in_the_list_and_not_begun_again(phone):
    phone.go("due")
    link = phone.page.locator("#due-list a[href^='#round/']").first
    href = link.get_attribute("href")
    link.click()
    phone.page.wait_for_selector("#actions:not([hidden])")
    fill_patrol(phone)
    phone.finish()
    phone.wait_saved()
    phone.page.wait_for_selector(f"a[href='{href}']", state="detached")
    phone.page.goto(f"/floor/{href}")
    phone.page.wait_for_url("**/floor/#due")
    assert len(phone.entries()) == 1


def test_stopping_needs_a_reason_and_keeps_what_was_ticked(phone):
    phone.start()
    phone.tick("O01")
    phone.page.click("#abort-open")
    phone.page.click("#abort [data-abort]")
    assert phone.page.locator("#abort [data-error]").is_visible()
    phone.page.fill("#abort textarea", "Fire alarm")
    phone.page.click("#abort [data-abort]")
    assert phone.wait_saved().startswith("Stopped early. Saved on this phone")
    [entry] = phone.entries()
    assert entry["body"]["aborted"] == "Fire alarm"
    assert entry["body"]["answers"] == {"O01": {"value": "pass"}}


def test_a_number_takes_a_comma_and_says_when_it_is_out_of_range(phone):
    phone.start()
    phone.page.fill("#item-O17 input[name=O17]", "３５,5")
    assert phone.drafts()[0]["answers"]["O17"]["value"] == 35.5
    assert phone.item("O17").locator(".item__verdict").is_visible()
    phone.page.fill("#item-O17 input[name=O17]", "warm")
    assert "not a number" in phone.item("O17").locator(".item__verdict").inner_text()


def test_sections_for_other_places_are_not_shown(phone):
    phone.start("hygiene", "L1-WC1")
    in_restroom = phone.codes()
    phone.start("hygiene", "L1-A")
    assert len(in_restroom) < len(phone.codes())


def test_the_whole_form_works_from_the_keyboard(phone):
    phone.start("restaurant_close", "L1-001")
    first, second = phone.codes()[:2]
    phone.page.locator(f"#item-{first} [value=pass]").focus()
    phone.page.keyboard.press("Space")
    assert phone.chosen(first) == ["pass"]
    phone.page.keyboard.press("ArrowRight")
    assert phone.chosen(first) == ["fail"]
    phone.page.locator(f"#item-{first} textarea").wait_for()
    reached = walk_with_tab(phone, 12)
    assert f"item-{first}" in reached
    assert f"item-{second}" in reached


def walk_with_tab(phone: FloorPhone, steps: int) -> list[str]:
    """Ids of the items that Tab comes through."""
    reached = []
    for _ in range(steps):
        phone.page.keyboard.press("Tab")
        reached.append(
            phone.page.evaluate("document.activeElement.closest('.item')?.id")
        )
    return reached
