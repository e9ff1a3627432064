"""Browsers that are killed, opened twice or doubted."""

import base64
import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from tests.support.browser import find_chromium, launch_args
from tests.support.gunicorn import free_port

BATCH = "/sync/batch"


class Profile:
    """A Chromium on a profile folder, which can be killed and started again."""

    def __init__(self, playwright, folder) -> None:
        self.playwright, self.folder = playwright, folder

    @contextmanager
    def running(self, stage, username=None):
        port = free_port()
        program = find_chromium() or self.playwright.chromium.executable_path
        process = subprocess.Popen(
            [
                program,
                "--headless=new",
                f"--user-data-dir={self.folder}",
                f"--remote-debugging-port={port}",
                *launch_args(),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            browser = self._attach(port)
            phone = stage.adopt(browser.contexts[0], username)
            phone.open()
            yield phone
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # the group it was started as
            process.wait()
            stage.phones.remove(phone)

    def _attach(self, port):
        for _ in range(600):
            try:
                return self.playwright.chromium.connect_over_cdp(
                    f"http://127.0.0.1:{port}"
                )
            except Exception:
                time.sleep(0.1)
        raise RuntimeError("the browser did not start")


@pytest.fixture
def profile(playwright, tmp_path):
    return Profile(playwright, tmp_path / "profile")


def assert_kept(phone, before) -> None:
    phone.sealed = before
    assert set(before) <= set(phone.entries())


def test_killed_right_after_saved(stage, profile):
    """A35: what was called saved is there; a lost session means sign in again."""
    with profile.running(stage, "officer") as phone:
        phone.seal(5, photos=1)
        phone.seal(photos=8, size=900)
        sealed = phone.sealed
    with profile.running(stage) as phone:
        assert_kept(phone, sealed)
        assert phone.page.evaluate(PHOTOS_KEPT) == 13
        phone.sign_in()
        assert phone.drain() == "answer"
        assert set(stage.rows()) == set(sealed)
        stage.assert_promises()


def test_killed_while_the_answer_is_on_its_way(stage, profile):
    """A36: stored on both sides, one row at the end."""
    with profile.running(stage, "officer") as phone:
        phone.seal(4)
        sealed = phone.sealed
        stage.proxy.delay(30, path=BATCH)
        phone.page.evaluate("void phone.drain()")
        assert phone.waits_for(lambda: len(stage.rows()) == 4)
    with profile.running(stage) as phone:
        assert_kept(phone, sealed)
        phone.sign_in()
        assert phone.drain() == "answer"
        assert len(stage.rows()) == 4
        stage.assert_promises()


# The entry is written last: then the transaction is held open, and never commits.
STUCK_MID_WRITE = """async () => {
  const { saveDraft, savePhoto } = await phone.use("drafts")
  const eight = Array.from({ length: 8 }, () => phone.takePhoto(900))
  const photos = await Promise.all(eight)
  await saveDraft({ id: "form", answers: { O01: "pass" } })
  for (const { bytes } of photos) await savePhoto("form", bytes)
  IDBTransaction.prototype.commit = () => {}
  const { add } = IDBObjectStore.prototype
  IDBObjectStore.prototype.add = function (...given) {
    const hold = () => {
      globalThis.isMidWrite = true
      this.count().onsuccess = hold
    }
    const request = add.apply(this, given)
    request.addEventListener("success", hold)
    return request
  }
  void phone.sealOne({ id: "form", taken: photos })
}"""
SEAL_THE_DRAFT = """async () => {
  const { loadDraft, photosOf } = await phone.use("drafts")
  const draft = await loadDraft("form")
  const { newId } = await phone.use("install")
  const taken = await photosOf("form")
  const { seq, photos } = await phone.sealOne({ id: newId(), taken })
  return [draft.answers, seq, photos.length]
}"""
PHOTOS_KEPT = "async () => (await (await phone.use('store')).photoHashes()).length"


def test_killed_while_writing_eight_photos(stage, profile):
    """A37: all or nothing; the draft is there, photos and all, and is sealed again."""
    with profile.running(stage, "officer") as phone:
        phone.page.evaluate(STUCK_MID_WRITE)
        assert phone.waits_for(
            lambda: phone.page.evaluate("globalThis.isMidWrite === true")
        )
    with profile.running(stage) as phone:
        assert phone.entries() == {}
        assert phone.page.evaluate(PHOTOS_KEPT) == 0
        assert phone.page.evaluate(SEAL_THE_DRAFT) == [{"O01": "pass"}, 1, 8]
        phone.sign_in()
        assert phone.drain() == "answer"
        assert len(stage.photos()) == 8
        stage.assert_promises()


def test_without_background_sync(stage, phone):
    """A31: the same result, from the page alone."""
    phone.context.add_init_script(
        "delete globalThis.SyncManager; delete ServiceWorkerRegistration.prototype.sync"
    )
    phone.open()
    phone.do("start")
    phone.seal(3)
    assert phone.empties()
    assert len(stage.rows()) == 3


def test_two_tabs_hand_in_together(stage, phone):
    """A32: one of them at a time, and no entry is sent twice."""
    phone.seal(40)
    second = phone.open(page=phone.context.new_page())
    statuses = []
    phone.context.on("response", lambda answer: note_statuses(answer, statuses))
    for page in (phone.page, second):
        page.evaluate("void (globalThis.ended = phone.drain())")
    for page in (phone.page, second):
        assert page.evaluate("ended")["kind"] == "answer"
    rows = stage.rows()
    assert len(rows) == 40
    assert sum(map(len, statuses)) == 40
    assert all("duplicate" not in said for said in statuses)


def note_statuses(answer, statuses) -> None:
    if BATCH in answer.url:
        statuses.append([result["status"] for result in answer.json()["results"]])


def test_two_tabs_in_a_browser_without_locks(stage, phone):
    """A32: double work, but one row each."""
    phone.seal(20)
    phone.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
    )
    phone.open()
    second = phone.open(page=phone.context.new_page())
    for page in (phone.page, second):
        page.evaluate("void (globalThis.ended = phone.drain())")
    for page in (phone.page, second):
        page.evaluate("ended")
    assert phone.drain() == "answer"
    assert len(stage.rows()) == 20


def test_a_tab_closed_in_the_middle_of_handing_in(stage, phone):
    """A34: the lock goes with it, and the other tab carries on."""
    phone.seal(5)
    second = phone.open(page=phone.context.new_page())
    stage.proxy.delay(30, path=BATCH)
    second.evaluate("void phone.drain()")
    assert phone.waits_for(lambda: len(stage.rows()) == 5)
    second.close()
    assert phone.drain() == "answer"
    assert phone.counts()["received"] == 5


@pytest.mark.parametrize("years", [3, -56])
def test_a_clock_that_is_years_off(stage, phone, years):
    """A53: the phone's time is kept, a plausible one stands beside it, flagged."""
    real = time.time()
    wrong = real + years * 365.25 * 24 * 3600
    phone.page.clock.install(time=wrong)
    phone.open()
    (entry_id,) = phone.seal()
    assert phone.drain() == "answer"
    row = stage.rows()[entry_id]
    assert stage.flags(entry_id) == ["clock_skew"]
    assert abs(seconds(stage, row["recorded_at"]) - wrong) < 600
    assert abs(seconds(stage, row["occurred_at"]) - real) < 600


def seconds(stage, stored: str) -> float:
    (row,) = stage.sql("SELECT (julianday(?) - 2440587.5) * 86400 AS seconds", stored)
    return row["seconds"]


def test_a_double_tap(stage, phone):
    """A56: sealed once, under one number, whatever the second tap brings."""
    first, second = phone.page.evaluate(
        """async () => {
          const { newId } = await phone.use("install")
          const id = newId()
          return Promise.all([
            phone.sealOne({ id, text: "once" }), phone.sealOne({ id, text: "twice" }),
          ])
        }"""
    )
    assert first["sha256"] == second["sha256"]
    assert first["seq"] == second["seq"] == 1
    phone.seal()
    assert phone.drain() == "answer"
    rows = stage.rows().values()
    assert sorted(row["install_seq"] for row in rows) == [1, 2]


def test_a_sealed_draft_is_not_offered_again(phone):
    """A56: the browser died between sealing and clearing the draft."""
    drafts = phone.page.evaluate(
        """async () => {
          const { newId } = await phone.use("install")
          const { saveDraft, drafts, loadDraft } = await phone.use("drafts")
          const id = newId()
          await saveDraft({ id })
          await phone.sealOne({ id })
          return [await drafts(), await loadDraft(id)]
        }"""
    )
    assert drafts == [[], None]


def test_a_file_that_is_no_tray(phone):
    """A76: refused whole; nothing of it is taken in."""
    for text in ("", "{}", '{"format":"mallops-tray/1","entries":[{"id":1}]}'):
        outcome = phone.page.evaluate(
            """async (text) => (await phone.use("outbox"))
              .importTray(new Blob([text])).then(() => "taken", () => "refused")""",
            text,
        )
        assert outcome != "taken"
    assert phone.entries() == {}


def test_a_refused_entry_can_be_exported_whole(phone):
    """A76: with its photo, its reason and the exact text."""
    (entry_id,) = phone.seal(body={"text": "x", "surprise": 1}, photos=1)
    assert phone.drain() == "answer"
    tray = json.loads(
        phone.page.evaluate(
            "async () => (await (await phone.use('outbox')).exportTray()).text()"
        )
    )
    (entry,) = tray["entries"]
    assert entry["reason"]["code"] == "unreadable"
    assert entry["body"] == '{"text":"x","surprise":1}'
    assert base64.b64decode(tray["photos"][entry["photos"][0]])[:2] == b"\xff\xd8"
