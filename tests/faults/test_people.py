"""Phones that change hands, and people whose rights change while work waits."""

import json
import re

SECRET = "the safe behind shop 12 is open"


def test_a_colleague_signs_in_on_the_phone(stage, phone):
    """A47: B carries A's work, as A's, and cannot read it."""
    ids = phone.seal(5, text=SECRET, photos=1)
    phone.sign_in("officer2")
    counts = phone.counts()
    assert (counts["waiting"], counts["colleagues"]) == (0, 5)
    for shown in ("waiting", "refused", "received"):
        script = f"async () => (await phone.use('outbox')).{shown}()"
        assert phone.page.evaluate(script) == []
    assert phone.drain() == "answer"
    rows = stage.rows()
    assert {(row["author"], row["carrier"]) for row in rows.values()} == {
        ("officer", "officer2")
    }
    assert all(stage.flags(entry_id) == ["relayed"] for entry_id in ids)


def test_the_tray_of_a_colleague_is_not_exported(stage, phone):
    """A47, A76."""
    phone.seal(text=SECRET)
    phone.sign_in("officer2")
    text = phone.page.evaluate(
        "async () => (await (await phone.use('outbox')).exportTray()).text()"
    )
    assert SECRET not in text


def test_work_of_a_phone_that_cannot_sign_in_travels_as_a_file(stage, phone, tmp_path):
    """A76: by the buttons of the outbox, from the first phone to the server."""
    ids = phone.seal(2, photos=1)
    stage.end_sessions()
    page = phone.open("/floor/#outbox")
    assert phone.drain() == "signed_out"
    with page.expect_download() as saved:
        page.locator("#export").click()
    file = tmp_path / "outbox.json"
    saved.value.save_as(file)

    other = stage.phone("officer2")
    other.open("/floor/#outbox")
    assert not other.page.locator("#export").is_visible(), "nothing of theirs is here"
    other.page.locator("#import").set_input_files(file)
    assert other.waits_for(lambda: set(stage.rows()) == set(ids))
    assert other.page.locator("#import-result").inner_text() == "Entries taken in: 2"
    authors = {(row["author"], row["carrier"]) for row in stage.rows().values()}
    assert authors == {("officer", "officer2")}
    assert len(stage.photos()) == 2


def test_what_a_person_records_after_a_colleague_signed_in_stays_theirs(stage, phone):
    """A47: a form of A is still open in another tab when B signs in."""
    first = phone.do("sealMany", {"count": 1})
    author = first[0]["recordedBy"]
    phone.sign_in("officer2")
    late = phone.do("sealMany", {"count": 1, "recordedBy": author})
    assert phone.drain() == "answer"
    assert stage.rows()[late[0]["id"]]["author"] == "officer"
    assert stage.flags(late[0]["id"]) == ["relayed"]


def test_signing_out_leaves_nothing_to_read_but_the_outbox(stage, phone):
    """A70: pack and drafts go; sealed work stays and is sent by the next person."""
    phone.seal(3)
    phone.page.evaluate(
        """async (text) => {
          const drafts = await phone.use("drafts")
          await drafts.saveDraft({ id: "d1", text })
          await drafts.savePhoto("d1", new ArrayBuffer(8))
          await (await phone.use("session")).forgetPerson()
        }""",
        SECRET,
    )
    dump = phone.page.evaluate(
        """async () => {
          const db = await (await phone.use("db")).userDb()
          const stores = [...db.objectStoreNames]
          const rows = await Promise.all(stores.map((store) => db.getAll(store)))
          const names = await caches.keys()
          const texts = await Promise.all(names.map(async (name) => {
            const cache = await caches.open(name)
            const kept = await cache.matchAll()
            return Promise.all(kept.map((response) => response.text()))
          }))
          const bags = [{ ...sessionStorage }, { ...localStorage }]
          return JSON.stringify([rows, texts, bags])
        }"""
    )
    assert SECRET not in dump
    assert re.sub(r"[^a-z]", "", dump) == ""
    assert phone.counts()["colleagues"] == 3
    phone.sign_in("officer2")
    assert phone.drain() == "answer"
    assert len(stage.rows()) == 3


def test_drafts_of_one_person_are_not_shown_to_another(phone):
    """A70: nor kept, once somebody else signed in."""
    drafts = "async () => (await phone.use('drafts')).drafts()"
    phone.page.evaluate(
        "async (text) => (await phone.use('drafts')).saveDraft({ id: 'd1', text })",
        SECRET,
    )
    phone.sign_in("officer")
    assert len(phone.page.evaluate(drafts)) == 1
    phone.sign_in("officer2")
    assert phone.page.evaluate(drafts) == []
    phone.sign_in("officer")
    assert phone.page.evaluate(drafts) == []


def test_an_account_disabled_while_work_waits(stage, phone):
    """A48: kept for a supervisor to decide on."""
    (entry_id,) = phone.seal()
    stage.sql(
        "UPDATE users SET disabled_at = '2026-01-01 00:00:00' WHERE username = ?",
        f"{stage.mall}-officer",
    )
    stage.end_sessions()
    assert phone.drain() == "signed_out"
    phone.sign_in("supervisor")
    assert phone.drain() == "answer"
    row = stage.rows()[entry_id]
    assert (row["status"], row["held_because"]) == ("held", "account_disabled")
    assert (row["author"], row["carrier"]) == ("officer", "supervisor")


def test_a_right_that_ended_after_the_work_was_done(stage, phone):
    """A49: accepted, with a flag."""
    (entry_id,) = phone.seal()
    phone.page.wait_for_timeout(50)
    now = phone.page.evaluate("new Date().toISOString().slice(0, 23).replace('T', ' ')")
    stage.end_membership(now)
    phone.sign_in("officer2")
    assert phone.drain() == "answer"
    assert stage.rows()[entry_id]["status"] == "accepted"
    assert "right_ended" in stage.flags(entry_id)


def test_a_right_that_had_ended_when_the_work_was_done(stage, phone):
    """A49: held."""
    stage.end_membership("2026-01-01 00:00:00")
    (entry_id,) = phone.seal()
    phone.sign_in("officer2")
    assert phone.drain() == "answer"
    row = stage.rows()[entry_id]
    assert (row["status"], row["held_because"]) == ("held", "right_ended")
    assert phone.entries()[entry_id]["state"] == "held"


def test_a_checklist_version_retired_while_work_waits(stage, phone):
    """A50: accepted against the version it was walked with."""
    moment = phone.page.evaluate("new Date().toISOString()")
    body = {
        "checklist": "staff",
        "version": 1,
        "place": stage.mall and "L1-001",
        "round": None,
        "started_at": moment,
        "finished_at": moment,
        "answers": {},
        "aborted": "the shop is closed",
    }
    (entry_id,) = phone.seal(kind="inspection", body=body)
    stage.publish_again("staff")
    assert phone.drain() == "answer"
    assert stage.rows()[entry_id]["status"] == "accepted"
    assert "retired_version" in stage.flags(entry_id)


def test_a_session_that_expired_in_the_basement(stage, phone):
    """A57: recording goes on; sending asks for a sign-in and then carries on."""
    stage.end_sessions()
    ids = phone.seal(2)
    assert phone.drain() == "signed_out"
    ids += phone.seal(2)
    assert phone.counts()["waiting"] == 4
    phone.sign_in()
    assert phone.drain() == "answer"
    assert set(stage.rows()) == set(ids)


def test_work_of_another_mall_waits_for_somebody_of_that_mall(stage, phone):
    """I6: nothing is offered to the wrong mall, and the phone says why it waits."""
    (entry_id,) = phone.seal(mall="elsewhere")
    phone.do("watch")
    assert phone.drain() == "other_mall"
    assert phone.page.evaluate("phone.seen")[-1] == "other_mall"
    assert phone.entries()[entry_id]["state"] == "waiting"
    assert stage.rows() == {}


def test_a_handover_signed_before_work_arrived_stays_as_it_was(stage, phone):
    """A52, I9: what comes later is flagged, however badly it comes."""
    stage.roster("supervisor")
    stage.proxy.down()
    late = phone.seal(3)
    stage.proxy.up()
    other = stage.phone("supervisor")
    told = other.page.evaluate("async () => (await fetch('/floor/handover')).json()")
    shown = told["outgoing"]
    following = shown["snapshot"]["next_shift"]
    body = {
        "shift": shown["shift"]["id"],
        "snapshot": shown["snapshot"],
        "digest": shown["digest"],
        "reasons": {},
        "counts": {},
        "remarks": "",
        "next_shift": following and following["id"],
        "silence_confirmed": True,
    }
    (signature,) = other.seal(kind="handover_sign", body=body)
    assert other.drain() == "answer"
    signed = stage.rows()[signature]
    assert signed["status"] == "accepted"
    stage.proxy.cut_after(60, path="/sync/batch")
    assert phone.drain() != "answer"
    phone.do("waitLong")
    assert phone.drain() == "answer"
    assert all("after_sign_off" in stage.flags(entry_id) for entry_id in late)
    assert stage.signed[signature] == stage.rows()[signature]["body"]
    assert len(json.loads(signed["body"])["snapshot"]["covered"]) == 0
