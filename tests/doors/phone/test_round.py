"""The door round on a phone: a tap an entry, whatever the network does."""

from datetime import datetime

from tests.doors.phone.conftest import UPSTAIRS
from tests.doors.phone.test_code import scan
from tests.findings.phone.test_report import PHOTO

TAP_ALL = """async () => {
  for (const tap of document.querySelectorAll("#doors-list [data-tap]")) {
    tap.click()
    await new Promise((done) => setTimeout(done, 5))
  }
}"""

# Which rows are drawn anew, and how often the count above them is.
WATCH_ROWS = """() => {
  globalThis.rows = new Set()
  globalThis.counted = 0
  new MutationObserver((changes) => {
    for (const { target } of changes) rows.add(target.closest("[data-no]")?.dataset.no)
  }).observe(document.querySelector("#doors-list"), { childList: true, subtree: true })
  new MutationObserver(() => counted++)
    .observe(document.querySelector("#doors-count"), { childList: true })
}"""

# What a run of taps sets off. What opening the round reads is over by the 20th.
RUN = """async () => {
  let [chips, reads] = [0, 0]
  const chip = new MutationObserver(() => chips++)
  chip.observe(document.querySelector("#chip"), { childList: true, subtree: true })
  const { getAll } = IDBIndex.prototype
  IDBIndex.prototype.getAll = function (...asked) {
    if (this.name === "round") reads++
    return getAll.apply(this, asked)
  }
  const began = performance.now()
  const taps = [...document.querySelectorAll("#doors-list [data-tap]")]
  for (const [i, tap] of taps.slice(0, 80).entries()) {
    if (i === 20) reads = 0
    tap.click()
    await new Promise((done) => setTimeout(done, 50))
  }
  return { chips, reads, seconds: (performance.now() - began) / 1000 }
}"""
ONE = """() => {
  const [row] = document.querySelectorAll("#doors-list [data-no]")
  const count = document.querySelector("#doors-count")
  const says = () => [row.textContent, count.textContent]
  const before = says()
  row.querySelector("[data-tap]").click()
  return says().map((text, i) => text !== before[i])
}"""


def test_two_hundred_doors_without_signal_all_arrive_with_times_of_their_own(officer):
    officer.offline()
    officer.walk("L2")
    officer.page.evaluate(TAP_ALL)
    entries = officer.wait_kept(UPSTAIRS)
    times = [one["body"]["seen_at"] for one in entries]
    assert len(set(times)) == UPSTAIRS
    assert times == sorted(times)
    assert [one["body"]["unit"] for one in entries] == [
        f"L2-{number:03}" for number in range(1, UPSTAIRS + 1)
    ]
    officer.wait_until("document.querySelector('#chip').innerText.includes('200')")
    officer.sync()
    seen = officer.fetch()["doors"]["seen"]["opening"]
    known = {no: look["id"] for no, look in seen.items() if no.startswith("L2")}
    assert known == {one["body"]["unit"]: one["id"] for one in entries}


def test_a_trembling_thumb_taps_once_and_a_wrong_tap_is_taken_back(officer):
    officer.offline()
    officer.walk("L1")
    officer.tap("L1-001")
    for _ in range(4):
        officer.row("L1-001").locator("[data-tap]").dispatch_event("click")
    assert "open" in officer.says("L1-001")
    officer.wait_kept(1)
    officer.page.click("#doors-last button")
    assert "Tap: open" in officer.says("L1-001")
    (undone,) = officer.wait_kept(1, "door_withdrawal")
    assert undone["body"]["sighting"] == officer.kept()[0]["id"]
    officer.tap("L1-002")
    officer.wait_kept(2)
    officer.page.reload()  # as after a kill: all is read from the phone's storage
    officer.walk("L1")
    assert "Tap: open" in officer.says("L1-001")
    assert "Tap: open" not in officer.says("L1-002")
    officer.tap("L1-002")  # on an open shop: what is known of it, and no second entry
    officer.page.wait_for_selector("#view-door:not([hidden]) #door-looks li")
    assert len(officer.kept()) == 2


def test_what_the_outbox_says_of_a_tap_draws_no_other_row_anew(officer):
    """Two hundred at once would keep a slow phone from the next tap."""
    officer.offline()
    officer.walk("L2", "closing")
    officer.page.evaluate(WATCH_ROWS)
    officer.tap("L2-001")
    officer.wait_until("counted > 1")  # by the tap, and when its entry was read
    assert officer.page.evaluate("[...rows]") == ["L2-001"]


def _walk_untouched(officer):
    officer.offline()
    officer.walk("L2", "closing")  # of which no other test sends anything
    drawn = "document.querySelector('#doors-list').innerText"
    officer.wait_until(f"{drawn}.includes('Tap: closed')")


def test_a_tap_draws_its_row_before_anything_is_counted(officer):
    _walk_untouched(officer)
    assert officer.page.evaluate(ONE) == [True, False]
    officer.wait_until("document.querySelector('#doors-count').innerText[0] === '1'")


def test_a_run_of_taps_does_not_wait_for_what_is_said_of_it(officer):
    """A slow phone reads the outbox when the run is over, and counts now and then."""
    _walk_untouched(officer)
    run = officer.page.evaluate(RUN)
    assert run["reads"] == 0
    assert 0 < run["chips"] <= run["seconds"] * 2 + 2
    officer.wait_until("document.querySelector('#chip').innerText.endsWith('80')")


def test_the_rest_of_a_zone_is_asked_for_once_and_undone_at_once(officer):
    officer.offline()
    officer.walk("B1", "closing")
    assert "fit-out" in officer.says("B1-007")
    officer.tap("B1-002")
    rest = officer.page.locator("#doors-list [data-rest]")
    rest.click()
    question = officer.page.inner_text("#doors-rest h2")
    assert "5 shops closed" in question
    officer.page.click("#doors-rest [value=no]")
    assert len(officer.wait_kept(1)) == 1
    rest.click()
    officer.page.click("#doors-rest [data-yes]")
    entries = officer.wait_kept(6)
    assert [one["body"]["how"] for one in entries] == ["tap"] + ["bulk"] * 5
    assert {one["body"]["status"] for one in entries} == {"closed"}
    assert rest.is_hidden()
    assert "6 of 6" in officer.page.text_content("#doors-count")
    officer.page.click("#doors-last button")
    officer.wait_kept(5, "door_withdrawal")
    assert "1 of 6" in officer.page.text_content("#doors-count")


def test_what_is_not_open_needs_a_reason_and_a_photo(officer):
    officer.offline()
    officer.walk("L3")
    officer.row("L3-001").locator("a").click()
    officer.page.click("#door-form label:has([value=not_open])")
    save, error = "#door-form .button--primary", "#door-error"
    officer.page.click(save)
    assert officer.page.inner_text(error) == "Say why."
    officer.page.click("#door-form label:has([value=staff_late])")
    officer.page.click(save)
    assert officer.page.inner_text(error) == "Show it in a photo."
    officer.page.locator("#door-form [capture]").set_input_files(PHOTO)
    officer.page.wait_for_selector("#door-form .thumb")
    officer.page.fill("#door-form [name=text]", "Lights off")
    officer.wait_for(lambda: "Lights off" in str(officer.drafts()))
    officer.page.reload()  # a kill loses nothing
    officer.page.wait_for_selector("#door-form .thumb")
    officer.page.click(save)
    officer.page.wait_for_selector("#doors-last:not([hidden])")
    assert "not open" in officer.says("L3-001")
    (entry,) = officer.wait_kept(1)
    body = entry["body"]
    assert (body["reason"], body["note"]) == ("staff_late", "Lights off")
    assert entry["photos"] == body["photos"]
    assert len(body["photos"]) == 1
    officer.tap("L3-001")  # it opened in the end
    assert "not open" not in officer.says("L3-001")
    officer.wait_kept(2)


def test_a_door_begun_in_either_round_is_there_after_a_kill(officer):
    for event, no in (("opening", "L3-002"), ("closing", "L3-003")):
        officer.walk("L3", event)
        officer.row(no).locator("a").click()
        officer.page.fill("#door-form [name=text]", f"Seen while {event}")
        officer.wait_for(lambda event=event: event in str(officer.drafts()))
        officer.page.reload()
        officer.page.wait_for_selector("#door-form:not([hidden])")
        said = officer.page.input_value("#door-form [name=text]")
        assert said == f"Seen while {event}"


def test_what_is_typed_the_moment_a_door_opens_is_kept(officer):
    officer.walk("L3")
    officer.type_at_once("#door-form [name=text]", "Typed at once")
    officer.row("L3-004").locator("a").click()
    officer.wait_for(lambda: "Typed at once" in str(officer.drafts()))


def test_a_long_press_opens_what_there_is_to_say(officer):
    officer.walk("L3")
    box = officer.row("L3-008").bounding_box()
    officer.row("L3-008").scroll_into_view_if_needed()
    box = officer.row("L3-008").bounding_box()
    officer.page.mouse.move(box["x"] + 60, box["y"] + 20)
    officer.page.mouse.down()
    officer.page.wait_for_selector("#view-door:not([hidden])")
    officer.page.mouse.up()
    assert "L3-008" in officer.page.inner_text("#door-form h1")
    assert officer.kept() == []


def test_the_code_on_a_door_opens_its_row_without_signal(officer):
    officer.wait_until("Boolean(navigator.serviceWorker.controller)")
    officer.offline()
    scan(officer, "L3-005", "opens_at", 5)
    officer.page.click("#door-form .button--primary")
    officer.page.wait_for_selector("#doors-last:not([hidden])")
    assert "code scanned" in officer.says("L3-005")
    (entry,) = officer.wait_kept(1)
    assert (entry["body"]["unit"], entry["body"]["how"]) == ("L3-005", "scan")
    officer.page.goto("/floor/#door/L9-999")
    gone = officer.page.wait_for_selector("#door-gone:not([hidden])").inner_text()
    assert "L9-999" in gone
    assert officer.page.is_hidden("#door-form")


def test_what_a_colleague_saw_is_shown_as_theirs(officer, make_phone):
    other = make_phone("colleague")
    other.walk("L3")
    other.tap("L3-003")
    other.wait_kept(1)
    other.sync()
    officer.walk("L3")
    officer.fetch()
    officer.wait_until(
        "document.querySelector('[data-no=\"L3-003\"]').innerText.includes('Colleague')"
    )
    officer.page.click("label:has(#doors-unseen)")
    assert officer.row("L3-003").count() == 0
    officer.page.fill("#doors-search", "shop l3-003")
    officer.page.click("label:has(#doors-unseen)")
    assert officer.page.locator("#doors-list [data-no]").count() == 1
    officer.tap("L3-003")
    officer.page.wait_for_selector("#door-looks li")
    assert officer.page.locator("#door-looks button:visible").count() == 0


def test_a_contractors_people_walk_no_doors(make_phone):
    cleaner = make_phone("cleaner")
    assert cleaner.page.is_hidden("#bar [href='#doors']")
    assert "doors" not in cleaner.fetch()
    cleaner.page.goto("/floor/#door/L1-001")
    cleaner.wait_until("location.hash === '#due'")


MANY = """(one) => import('/floor/sync.js').then(async ({ __need }) => {
  const { newId } = __need('sync/install.js')
  const db = await __need('sync/db.js').outboxDb()
  const tx = db.transaction(['entries', 'meta'], 'readwrite')
  const last = await tx.objectStore('meta').get('seq')
  for (let i = 1; i <= 10_000; i++) {
    const round = `doors.opening.2026-01-${String(i % 20).padStart(2, '0')}`
    tx.objectStore('entries').put({ ...one, id: newId(), seq: last + i, round })
  }
  tx.objectStore('meta').put(last + 10_000, 'seq')
  await tx.done
  __need('sync/channel.js').announce({ type: 'changed' })
})"""


def test_ten_thousand_taps_that_wait_crowd_out_nothing(officer):
    officer.offline()
    rounds = officer.ask("sync/pack", "(await m.pack()).rounds")
    now = officer.page.evaluate("Date.now()") / 1000
    due = [
        one for one in rounds
        if datetime.fromisoformat(one["opens_at"]).timestamp() <= now
        and datetime.fromisoformat(one["closes_at"]).timestamp() > now
    ]  # fmt: skip
    officer.go(f"round/{due[0]['id']}")
    officer.page.wait_for_selector("#actions:not([hidden])")
    officer.page.click("#abort-open")
    officer.page.fill("#abort [name=reason]", "Called away")
    officer.page.click("#abort [data-abort]")
    officer.wait_saved()
    officer.walk("L1")
    officer.tap("L1-003")
    (entry,) = officer.wait_kept(1)
    entry["body"] = '{"unit":"L1-003"}'
    officer.page.evaluate(MANY, entry)
    officer.wait_until("document.querySelector('#chip').innerText.includes('10002')")
    officer.page.reload()
    officer.walk("L1")
    officer.tap("L1-002")
    assert "Tap: open" not in officer.says("L1-002")
    officer.wait_until("document.querySelector('#chip').innerText.includes('10003')")
    officer.go("outbox")
    officer.wait_until("document.querySelectorAll('#outbox-list li').length === 30")
    assert "10003 saved" in officer.page.inner_text("#outbox-state")
    assert "9973" in officer.page.inner_text("#outbox-rest")
    officer.go("due")
    done = "document.querySelector('[data-key=done]')?.textContent.includes('Done · 1')"
    officer.wait_until(done)
