"""Storage of a phone that is full, from an older or a newer version, or cleared."""

import time

from tests.faults.phone import QUIET_PAGE

BATCH = "/sync/batch"


def test_a_full_phone_keeps_the_draft_and_says_so(stage):
    """A38: nothing half-written, nothing lost, and it works again with room."""
    phone = stage.phone(None)
    session = phone.context.new_cdp_session(phone.page)
    # Before anything is stored: Chromium remembers for a while how much room there is.
    quota = {"origin": phone.url, "quotaSize": 150_000}
    session.send("Storage.overrideQuotaForOrigin", quota)
    phone.sign_in()
    failed = phone.page.evaluate(
        """async () => {
          const drafts = await phone.use("drafts")
          await drafts.saveDraft({ id: "d1", text: "kept" })
          return phone.sealOne({ photos: 8, size: 1500 }).then(
            () => "sealed", (error) => error.code)
        }"""
    )
    assert failed == "storage_full"
    assert phone.entries() == {}
    assert phone.page.evaluate(
        """async () => {
          const hashes = await (await phone.use("store")).photoHashes()
          const draft = await (await phone.use("drafts")).loadDraft("d1")
          return [hashes.length, draft.text]
        }"""
    ) == [0, "kept"]
    session.send("Storage.overrideQuotaForOrigin", {"origin": phone.url})
    phone.seal(photos=3, size=1200)
    assert phone.drain() == "answer"
    assert len(stage.photos()) == 3


def test_a_full_phone_says_so_in_words_and_keeps_what_was_typed(stage, phone):
    """A38: what the person reads; with room again, the same tap saves."""
    page = phone.open("/floor/")
    page.locator("#ready[data-look=done]").wait_for()
    page.evaluate("location.hash = '#note'")
    page.locator("#note-form textarea").fill("Water under the escalator")
    page.evaluate(
        """() => {
          const { add } = IDBObjectStore.prototype
          IDBObjectStore.prototype.add = () => {
            throw new DOMException("no room", "QuotaExceededError")
          }
          globalThis.makeRoom = () => void (IDBObjectStore.prototype.add = add)
        }"""
    )
    save = page.locator("#note-form .button--primary")
    save.click()
    told = page.locator("#note-error")
    assert phone.waits_for(told.is_visible)
    assert told.inner_text() == (
        "The phone's storage is full. Nothing is lost so far: free some space, then"
        " try again."
    )
    text = page.locator("#note-form textarea")
    assert text.input_value() == "Water under the escalator"
    assert phone.entries() == {}
    page.evaluate("() => makeRoom()")
    save.click()
    assert phone.waits_for(lambda: len(stage.rows()) == 1)


NEXT_VERSION = ('],"mallops-user":[', ',()=>{}],"mallops-user":[')


def with_newer_storage(route) -> None:
    """The app as a later version of it: its outbox has one upgrade more."""
    answer = route.fetch()
    before, after = NEXT_VERSION
    assert answer.text().count(before) == 1
    route.fulfill(response=answer, body=answer.text().replace(before, after))


def test_a_newer_page_wants_to_upgrade_the_storage(stage, phone):
    """A41: the old page is told, ends what it is sending and makes way; no hang."""
    phone.seal(2)
    old, newer = phone.page, phone.context.new_page()
    old.evaluate(
        """async () => { const { listen } = await phone.use("channel")
          listen("outdated", () => (globalThis.told = true)) }"""
    )
    newer.route("**/floor/sync.js", with_newer_storage)
    newer.goto(phone.url + QUIET_PAGE)
    stage.proxy.delay(2, path=BATCH)
    old.evaluate("void phone.drain()")
    assert phone.waits_for(lambda: len(stage.rows()) == 2)  # the answer is on its way
    started = time.monotonic()
    assert phone.do("counts", page=newer) | {"sending": 0} == {
        "waiting": 0, "refused": 0, "received": 2, "held": 0, "colleagues": 0,
        "sending": 0,
    }, "the old page took its receipts before it made way"  # fmt: skip
    assert time.monotonic() - started < 30
    assert old.evaluate("globalThis.told") is True
    assert (
        old.evaluate("phone.counts().then(() => 'fine', (e) => e.code)") == "outdated"
    )
    phone.page = newer
    phone.seal(3)
    assert phone.drain() == "answer"
    assert len(stage.rows()) == 5


def test_data_of_the_site_cleared_by_hand(stage, phone):
    """A44: what was not sent is lost, and nobody takes it for done."""
    phone.seal(2)
    assert phone.drain() == "answer"
    stage.roster("officer")
    lost = phone.seal(5)
    stage.proxy.answer_with("503 Service Unavailable", b"", path=BATCH)
    assert phone.drain() == "unwell"  # it was in contact, so its numbers are known
    session = phone.context.new_cdp_session(phone.page)
    clear = {"origin": phone.url, "storageTypes": "all"}
    session.send("Storage.clearDataForOrigin", clear)
    phone.context.clear_cookies()
    for entry_id in lost:
        del phone.sealed[entry_id]

    page = phone.open("/floor/")
    assert phone.waits_for(page.locator("#signed-out").is_visible)
    assert page.locator("#ready").get_attribute("data-look") != "done"
    phone.sign_in()
    assert phone.counts()["waiting"] == 0
    supervisor = stage.phone("supervisor")
    desk = supervisor.page
    desk.goto(f"{phone.url}/malls/{stage.mall}/phones/")
    text = desk.locator("main").inner_text()
    assert "3–7" in text
    assert "5 waiting on the phone since" in text
    told = desk.evaluate("async () => (await fetch('/floor/handover')).json()")
    (silent,) = told["outgoing"]["silence"]
    assert (silent["missing"], silent["waiting"]) == (5, 5)


AS_IN_VERSION_ONE = """async () => {
  const asked = (request) => new Promise((done, failed) => {
    Object.assign(request, { onsuccess: () => done(request.result), onerror: failed })
  })
  const names = ["entries", "photos", "meta"]
  const now = await asked(indexedDB.open("mallops-outbox"))
  const kept = {}
  for (const name of names) {
    const store = now.transaction(name).objectStore(name)
    kept[name] = [await asked(store.getAllKeys()), await asked(store.getAll())]
  }
  now.close()
  await asked(indexedDB.deleteDatabase("mallops-outbox"))
  const opening = indexedDB.open("mallops-outbox", 1)
  opening.onupgradeneeded = () => {
    const entries = opening.result.createObjectStore("entries", { keyPath: "id" })
    entries.createIndex("state", "state")
    entries.createIndex("person_state", ["recordedBy", "state"])
    entries.createIndex("round", "round")
    opening.result.createObjectStore("photos", { keyPath: "sha256" })
    opening.result.createObjectStore("meta")
  }
  const old = await asked(opening)
  for (const name of names) {
    const store = old.transaction(name, "readwrite").objectStore(name)
    const [keys, values] = kept[name]
    values.forEach((value, i) => store.put(value, ...(store.keyPath ? [] : [keys[i]])))
  }
  old.close()
}"""


def test_what_an_older_version_kept_is_still_there_and_is_sent(stage, phone):
    """A41: the storage is upgraded in place."""
    phone.seal(3, photos=1)
    phone.page.goto(phone.url + QUIET_PAGE)  # nothing holds the storage open
    phone.page.evaluate(AS_IN_VERSION_ONE)
    phone.page.evaluate("phone.ready()")
    assert set(phone.entries()) == set(phone.sealed)
    assert phone.counts()["waiting"] == 3
    assert phone.drain() == "answer"
    assert set(stage.rows()) == set(phone.sealed)
