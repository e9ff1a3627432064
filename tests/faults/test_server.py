"""Servers that die, are full, busy, restored or refuse."""

import hashlib
import json
import re
import sqlite3
import uuid
from datetime import UTC, datetime

import pytest

from tests.support.builders import jpeg

BATCH = "/sync/batch"


def sync_request(phone, method, path, **more):
    """A request as the page makes it, for what the product itself never sends."""
    script = """async ({method, path, body, type}) => {
      const bytes = Array.isArray(body) ? new Uint8Array(body) : body
      const headers = { "X-MallOps": "1", "Content-Type": type }
      const response = await fetch(path, { method, body: bytes, headers })
      return { status: response.status, body: await response.json() }
    }"""
    given = {"method": method, "path": path, "type": "application/json", **more}
    return phone.page.evaluate(script, given)


def send_entries(phone, entries, **more):
    given = {
        "protocol": "mallops-sync/1",
        "nonce": uuid.uuid4().hex,
        "install": entries[0]["origin"] if entries else str(uuid.uuid4()),
        "sent_at": datetime.now(UTC).isoformat(),
        "entries": [envelope(entry) for entry in entries],
        "verify": [],
        **more,
    }
    return sync_request(phone, "POST", BATCH, body=json.dumps(given))


def envelope(entry):
    names = ["id", "seq", "kind", "v", "mall", "binding", "body", "sha256", "photos"]
    return {name: entry[name] for name in names} | {"recorded_at": entry["recordedAt"]}


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_the_server_dies_around_a_commit(stage, phone, point):
    """A09, A10: stored once, whichever side of the commit it died on."""
    phone.seal(8)
    stage.kill_at(point, BATCH)
    phone.drain()
    assert stage.has_struck(point)
    if phone.counts()["waiting"]:  # else Chromium sent it again by itself
        assert len(stage.rows()) == (8 if point == "after_commit" else 0)
    assert phone.waits_for(lambda: phone.drain() == "answer")
    assert len(stage.rows()) == 8


@pytest.mark.parametrize("point", ["before_rename", "after_rename"])
def test_the_server_dies_while_it_keeps_a_photo(stage, phone, point):
    """A11: a second try stores it; the file is there once."""
    phone.seal(photos=1)
    stage.kill_at(point, "/sync/photos/")
    phone.drain()
    assert stage.has_struck(point)
    assert phone.waits_for(lambda: phone.drain() == "answer")
    assert len(stage.photos()) == 1
    names = [path.name for path in stage.photo_files() if path.suffix == ".jpg"]
    assert len(names) == len(set(names)) == 2  # the photo and its thumbnail


def test_a_session_that_ends_in_the_middle(stage, phone):
    """A15: the rest waits, the person is asked, and it goes on where it stopped."""
    phone.seal(80)

    def end_sessions_after_the_first(route):
        if stage.rows():
            stage.end_sessions()
        route.continue_()

    phone.page.route(f"**{BATCH}", end_sessions_after_the_first)
    assert phone.drain() == "signed_out"
    assert (phone.counts()["received"], phone.counts()["waiting"]) == (50, 30)
    phone.page.unroute(f"**{BATCH}")
    phone.sign_in()
    assert phone.drain() == "answer"
    assert len(stage.rows()) == 80


def test_a_refusal_of_the_whole_request_deletes_nothing(stage, phone):
    """A16: the person has no right any more; their work stays, and says why."""
    phone.seal(3)
    stage.end_membership("2026-01-01 00:00:00")
    page = phone.open("/floor/#outbox")
    assert phone.drain() == "forbidden"
    told = page.locator("#outbox-state")
    said = "3 saved on this phone, not sent yet. .* Your account may not send from here"
    assert phone.waits_for(lambda: re.match(said, told.inner_text()))
    assert phone.counts()["waiting"] == 3
    assert stage.rows() == {}
    stage.end_membership(None)
    assert phone.drain() == "answer"
    assert len(stage.rows()) == 3


def test_a_photo_the_server_finds_too_large(stage, phone):
    """A17: the others go on; the person decides whether it goes without."""
    entry_id, *others = [*phone.seal(photos=1), *phone.seal(3)]
    phone.page.route(
        re.compile("/sync/photos/[0-9a-f]{64}$"),
        lambda route: route.fulfill(status=413, body="too large"),
    )
    assert phone.drain() == "answer"
    assert phone.reasons() == {entry_id: "photo_too_large"}
    assert set(stage.rows()) == set(others)
    phone.do("retry", entry_id)
    assert phone.drain() == "answer"
    assert "photo_lost" in stage.flags(entry_id)


def test_one_bad_entry_among_ten(stage, phone):
    """A18: nine arrive, one is in the tray, its bytes are kept for a look."""
    phone.seal(5)
    (bad,) = phone.seal(body={"text": "x", "surprise": 1})
    phone.seal(4)
    assert phone.drain() == "answer"
    assert phone.reasons() == {bad: "unreadable"}
    assert len(stage.rows()) == 9
    (quarantined,) = stage.quarantined()
    assert json.loads(quarantined["raw"])["id"] == bad


def test_an_envelope_that_is_broken(stage, phone):
    """A18: a time that is none; the neighbours arrive."""
    phone.seal(2)
    (bad,) = phone.seal()
    phone.page.evaluate(
        "(id) => phone.change(id, { recordedAt: 'some time yesterday' })", bad
    )
    assert phone.drain() == "answer"
    assert phone.reasons() == {bad: "unreadable"}
    assert len(stage.rows()) == 2


def test_the_same_batch_twice_in_parallel(stage, phone):
    """A19: both answers are a success, and there is one row each."""
    ids = phone.seal(10)
    entries = list(phone.entries().values())
    second = stage.phone("officer")
    script = "(given) => void (globalThis.ended = phone.send(given))"
    for one in (phone, second):
        one.page.evaluate(
            """() => { phone.send = async (body) => (await fetch("/sync/batch", {
              method: "POST", body, headers: { "X-MallOps": "1",
              "Content-Type": "application/json" } })).json() }"""
        )
        body = {
            "protocol": "mallops-sync/1",
            "nonce": "n",
            "install": entries[0]["origin"],
            "sent_at": datetime.now(UTC).isoformat(),
            "entries": [envelope(entry) for entry in entries],
            "verify": [],
        }
        one.page.evaluate(script, json.dumps(body))
    answers = [one.page.evaluate("ended") for one in (phone, second)]
    said = [{r["id"]: r["status"] for r in answer["results"]} for answer in answers]
    for entry_id in ids:
        assert sorted(one[entry_id] for one in said) == ["accepted", "duplicate"]
    assert len(stage.rows()) == 10
    assert phone.drain() == "answer"


def test_an_id_that_is_taken_by_other_bytes(stage, phone):
    """A22: the first stays, the second is kept aside and told."""
    (entry_id,) = phone.seal(text="mine")
    other = dict(phone.entries()[entry_id])
    other["body"] = '{"text":"not mine","place":null,"photos":[]}'
    other["sha256"] = hashlib.sha256(other["body"].encode()).hexdigest()
    answer = send_entries(phone, [other])["body"]
    assert answer["results"][0]["status"] == "accepted"
    phone.sealed.clear()  # the row under this id is the other one, and stays it
    assert phone.drain() == "answer"
    assert phone.reasons() == {entry_id: "conflict"}
    assert stage.rows()[entry_id]["body"] == other["body"]
    assert [row["code"] for row in stage.quarantined()] == ["conflict"]


def test_a_photo_cut_in_half_on_the_way(stage, phone):
    """A24: not stored, nothing of it left behind, the next try completes it."""
    phone.seal(photos=1, size=400)
    (sha256,) = next(iter(phone.entries().values()))["photos"]
    stage.proxy.cut_request(2000, path=f"/sync/photos/{sha256}")
    phone.drain()
    assert phone.waits_for(lambda: phone.drain() == "answer")
    assert stage.photos() == {sha256}
    assert not [path for path in stage.photo_files() if path.suffix == ".part"]


def test_a_photo_under_a_wrong_name(stage, phone):
    """A25: 422, and nothing is stored."""
    answer = sync_request(
        phone, "PUT", f"/sync/photos/{'0' * 64}", body=list(jpeg()), type="image/jpeg"
    )
    assert answer["status"] == 422
    assert not stage.photos()
    assert not stage.photo_files()


def test_an_entry_that_arrives_before_its_photos(stage, phone):
    """A26: it is asked for them, and accepted once they are there."""
    (entry_id,) = phone.seal(photos=2)
    entry = phone.entries()[entry_id]
    (result,) = send_entries(phone, [entry])["body"]["results"]
    assert result["status"] == "retry"
    assert sorted(result["missing"]) == sorted(entry["photos"])
    assert phone.drain() == "answer"
    assert stage.flags(entry_id) == []


def test_a_photo_the_phone_lost(stage, phone):
    """A27: never sent round and round; the person says it goes without."""
    (entry_id,) = phone.seal(photos=1)
    phone.do("losePhotos")
    phone.seal(2)
    assert phone.drain() == "answer"
    assert phone.reasons() == {entry_id: "photo_lost"}
    assert len(stage.rows()) == 2
    phone.do("retry", entry_id)
    assert phone.drain() == "answer"
    assert stage.flags(entry_id) == ["photo_lost"]


def test_a_photo_that_changed_on_the_phone(stage, phone):
    """A23, A27: other bytes than sealed are as good as lost, and never sent."""
    (entry_id,) = phone.seal(photos=1)
    phone.page.evaluate(
        """async () => {
          const db = await (await phone.use("db")).outboxDb()
          const [photo] = await db.getAll("photos")
          await db.put("photos", { ...photo, bytes: photo.bytes.slice(10) })
        }"""
    )
    phone.drain()
    assert phone.reasons() == {entry_id: "photo_lost"}
    assert not stage.photos()


def test_text_that_changed_on_the_phone(stage, phone):
    """A23: it is not what the person saved, so it is told and not sent."""
    damaged, sound = phone.seal(2)
    phone.page.evaluate('(id) => phone.change(id, { body: \'{"text":"?"}\' })', damaged)
    assert phone.drain() == "answer"
    assert phone.reasons() == {damaged: "damaged"}
    assert set(stage.rows()) == {sound}


def test_text_that_changed_on_the_way(stage, phone):
    """A23: the server sees it, keeps the bytes aside; the entry is in the tray."""
    (entry_id,) = phone.seal(text="all well")

    def tamper(route):
        body = route.request.post_data.replace("all well", "all bad!")
        route.continue_(post_data=body)

    phone.page.route(f"**{BATCH}", tamper)
    assert phone.drain() == "answer"
    assert phone.reasons() == {entry_id: "wrong_hash"}
    phone.page.unroute(f"**{BATCH}")
    phone.do("retry", entry_id)
    assert phone.drain() == "answer"
    assert set(stage.rows()) == {entry_id}


def test_keys_that_were_rotated(own_stage, own_phone):
    """A58: bindings of the old key hold; sync has no token to go stale."""
    (entry_id,) = own_phone.seal()
    old = own_stage.server.env["MALLOPS_SECRET_KEYS"]
    own_stage.server.restart(
        {"MALLOPS_SECRET_KEYS": f"second-key-of-the-fault-tests-987654321,{old}"}
    )
    assert own_phone.drain() == "answer"
    assert own_stage.rows()[entry_id]["status"] == "accepted"


def test_keys_that_were_lost(own_stage, own_phone):
    """A58: nobody can say who recorded it, so a supervisor decides."""
    (entry_id,) = own_phone.seal()
    own_stage.server.restart(
        {"MALLOPS_SECRET_KEYS": "another-key-of-the-fault-tests-11111111"}
    )
    assert own_phone.drain() == "signed_out"
    own_phone.sign_in("officer2")
    assert own_phone.drain() == "answer"
    row = own_stage.rows()[entry_id]
    assert (row["status"], row["author"]) == ("held", None)
    own_phone.sealed.clear()  # the author is not known, as it must be


def test_a_database_that_is_busy(stage, phone):
    """A59: told to come back, and then it drains."""
    phone.seal(5)
    holder = sqlite3.connect(stage.folder / "mallops.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    outcome = []
    try:
        outcome.append(phone.drain())
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert outcome == ["unwell"]
    assert phone.counts()["waiting"] == 5
    assert phone.waits_for(lambda: phone.drain() == "answer")
    assert len(stage.rows()) == 5


def test_a_server_restored_from_an_old_backup(own_stage, own_phone):
    """A66: what it lost is fed again, and nothing is doubled."""
    before = own_phone.seal(3, photos=1)
    assert own_phone.drain() == "answer"
    backups = own_stage.folder / "backups"
    own_stage.command("backup", "--to", str(backups))
    (backup,) = backups.glob("mallops-*")
    after = own_phone.seal(4, photos=1)
    assert own_phone.drain() == "answer"
    own_stage.server.stop()
    own_stage.command("restore", str(backup), "--replace")
    own_stage.server.start()
    assert set(own_stage.rows()) == set(before)
    assert own_phone.drain() == "answer"
    assert set(own_stage.rows()) == {*before, *after}
    assert len(own_stage.photos()) == 7
    assert own_phone.counts()["received"] == 7
    own_stage.command("verify")


def test_rows_that_vanish_without_a_new_epoch(own_stage, own_phone):
    """A66: found by asking, at the latest an hour after."""
    own_phone.seal(2)
    assert own_phone.drain() == "answer"
    own_stage.server.stop()
    for table in ("log_lines", "entries"):
        own_stage.sql(f"DELETE FROM {table}")
    own_stage.sql("UPDATE ledger_heads SET ledger_seq = 0, chain = ?", "0" * 64)
    own_stage.server.start()
    own_phone.page.evaluate(
        """async () => {
          await (await phone.use("store")).setMeta("verified", Date.now() - 4e6)
          const entries = await phone.entries()
          for (const { id } of entries) await phone.change(id, { verifiedAt: 0 })
        }"""
    )
    assert own_phone.drain() == "answer"
    assert own_phone.drain() == "answer"
    assert len(own_stage.rows()) == 2


def test_what_was_erased_on_purpose_is_not_brought_back(stage, phone):
    """A68: the phone drops it."""
    (entry_id,) = phone.seal()
    stage.sql(
        "INSERT INTO tombstones (entry_id, mall_id, erased_at, reason)"
        " SELECT ?, id, ?, ? FROM malls WHERE code = ?",
        entry_id.replace("-", ""),
        "2026-11-21 00:00:00",
        "asked for",
        stage.mall,
    )
    assert phone.drain() == "answer"
    assert phone.entries() == {}
    assert stage.rows() == {}
    phone.sealed.clear()
