import assert from "node:assert/strict"
import { test } from "node:test"

import * as rules from "../../static/sync/rules.js"
import { makeEntry, receiptFor } from "./make.js"

const HERE = { mall: "demo", now: 1_000_000 }
const FACTS = { epoch: "one", now: 5000 }
const ids = (entries) => entries.map((entry) => entry.id)
const entries = (count, more) => Array.from({ length: count }, () => makeEntry(more))

test("the oldest go first, whatever order the storage gives", () => {
  const [first, second, third] = entries(3)
  assert.deepEqual(ids(rules.nextBatch([third, first, second], HERE)), ids([first, second, third]))
})

test("a request carries at most 50 entries", () => {
  assert.equal(rules.nextBatch(entries(80), HERE).length, 50)
})

test("a request stays below 512 kB, in bytes as they travel", () => {
  const body = JSON.stringify({ text: "消防".repeat(15_000) })
  const batch = rules.nextBatch(entries(20, { body }), HERE)
  const bytes = new TextEncoder().encode(JSON.stringify(batch.map(rules.envelope))).length
  assert.ok(batch.length > 1)
  assert.ok(bytes < 512_000 - 20_000, `${bytes} bytes`)
})

test("an entry too large for any request goes alone", () => {
  const giant = makeEntry({ body: "x".repeat(600_000) })
  assert.deepEqual(ids(rules.nextBatch([giant, ...entries(3)], HERE)), [giant.id])
})

test("few photos at a time, so that receipts come early", () => {
  const photos = ["a", "b", "c", "d", "e"]
  assert.equal(rules.nextBatch(entries(4, { photos }), HERE).length, 1)
})

test("work of another mall waits for somebody of that mall", () => {
  const foreign = makeEntry({ mall: "other" })
  const ours = makeEntry()
  assert.deepEqual(ids(rules.nextBatch([foreign, ours], HERE)), [ours.id])
})

test("what drew no answer goes after the rest and in smaller company", () => {
  const suspects = entries(20, { tries: 2 })
  const fresh = entries(2)
  assert.deepEqual(ids(rules.nextBatch([...suspects, ...fresh], HERE)), ids(fresh))
  assert.equal(rules.nextBatch(suspects, HERE).length, 3)
  assert.equal(rules.nextBatch(suspects, { ...HERE, growth: 4 }).length, 12)
})

test("an entry the server asked to wait for waits, but not for a clock that was moved", () => {
  const soon = makeEntry({ notBefore: HERE.now + 5000 })
  const nextYear = makeEntry({ notBefore: HERE.now + 365 * 24 * 3600_000 })
  assert.deepEqual(ids(rules.nextBatch([soon, nextYear], HERE)), [nextYear.id])
})

for (const status of ["accepted", "duplicate"]) {
  test(`${status}: the receipt is kept with the server's epoch`, () => {
    const entry = makeEntry()
    const after = rules.afterResult(entry, { id: entry.id, status, receipt: receiptFor(entry) }, FACTS)
    assert.equal(after.state, "received")
    assert.equal(after.receipt.epoch, "one")
  })
}

test("held: stored, with the supervisor", () => {
  const entry = makeEntry()
  const result = { id: entry.id, status: "held", receipt: receiptFor(entry) }
  assert.equal(rules.afterResult(entry, result, FACTS).state, "held")
})

const NOT_A_RECEIPT = {
  "no receipt": (entry) => ({ id: entry.id, status: "accepted" }),
  "a receipt for other bytes": (entry) => ({
    id: entry.id, status: "accepted", receipt: receiptFor({ sha256: "other" }),
  }),
  "a receipt without a number": (entry) => ({
    id: entry.id, status: "accepted", receipt: receiptFor(entry, { ledger_seq: null }),
  }),
  "another entry's result": (entry) => ({ id: "x", status: "accepted", receipt: receiptFor(entry) }),
  "no result at all": () => undefined,
  "a status of the future": (entry) => ({ id: entry.id, status: "pondered" }),
}
for (const [what, result] of Object.entries(NOT_A_RECEIPT)) {
  test(`${what} proves nothing: the entry keeps waiting`, () => {
    const entry = makeEntry()
    const after = rules.afterResult(entry, result(entry), FACTS)
    assert.equal(after.state, "waiting")
    assert.equal(after.receipt, null)
  })
}

test("retry keeps the entry and the wait, at most five minutes of it", () => {
  const entry = makeEntry()
  const after = (after_s) => rules.afterResult(entry, { id: entry.id, status: "retry", after_s }, FACTS)
  assert.equal(after(5).notBefore, 5000 + 5000)
  assert.equal(after(999_999).notBefore, 5000 + 300_000)
  assert.equal(after(5).state, "waiting")
})

test("conflict and rejected go to the tray with the reason", () => {
  const entry = makeEntry()
  const reason = { code: "unreadable", text: "The entry cannot be read." }
  assert.deepEqual(rules.afterResult(entry, { id: entry.id, status: "rejected", reason }, FACTS).reason, reason)
  assert.equal(rules.afterResult(entry, { id: entry.id, status: "conflict" }, FACTS).reason.code, "conflict")
})

test("gone: the entry was erased on purpose and leaves the phone", () => {
  const entry = makeEntry()
  assert.equal(rules.afterResult(entry, { id: entry.id, status: "gone" }, FACTS), null)
})

test("sending again after a lost photo is the person's word that it goes without", () => {
  const lost = rules.photoTrouble(makeEntry({ photos: ["a", "b"] }), "photo_lost", ["b"])
  const again = rules.triedAgain(lost)
  assert.equal(again.state, "waiting")
  assert.deepEqual(rules.envelope(again).photos_lost, ["b"])
  assert.deepEqual(rules.envelope(again).photos, ["a", "b"])
  assert.deepEqual(rules.photosToSend(again), ["a"])
})

test("sending again for another reason gives up no photo", () => {
  const again = rules.triedAgain(rules.refused(makeEntry({ photos: ["a"] }), { code: "damaged" }))
  assert.equal("photos_lost" in rules.envelope(again), false)
})

test("a server of another life gets everything again", () => {
  const entry = makeEntry({ state: "received", receipt: { epoch: "one" } })
  assert.equal(rules.isForgotten(entry, { epoch: "one" }), false)
  assert.equal(rules.isForgotten(entry, { epoch: "two" }), true)
  assert.equal(rules.isForgotten(entry, { epoch: "one", missing: [entry.id] }), true)
  assert.equal(rules.isForgotten(makeEntry(), { epoch: "two" }), false)
  assert.equal(rules.waitingAgain(entry).state, "waiting")
})

test("those not verified for longest are asked about, 200 at most", () => {
  const kept = entries(250).map((entry, i) => ({ ...entry, verifiedAt: 1000 - i }))
  const asked = rules.toVerify(kept)
  assert.equal(asked.length, 200)
  assert.equal(asked[0], kept[249].id)
})

test("the back-off doubles up to five minutes, jittered, never before Retry-After", () => {
  assert.ok(rules.backOff(1, 0) >= 2000 && rules.backOff(1, 1) <= 4000)
  assert.equal(rules.backOff(50, 1), 300_000)
  assert.equal(rules.backOff(50, 0), 150_000)
  assert.equal(rules.backOff(1, 0, 600), 600_000)
})
