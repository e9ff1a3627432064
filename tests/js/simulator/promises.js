// The promises of docs/sync.md, each held against what phones and server have.

import assert from "node:assert/strict"
import { createHash } from "node:crypto"

const sha256 = (text) => createHash("sha256").update(text).digest("hex")
const isClaim = ({ state }) => state === "received" || state === "held"

// While anything may still fail: no claim without a receipt, and no text that nobody saved.
export function atAnyTime(world) {
  for (const phone of world.phones) {
    for (const [id, entry] of phone.entries()) {
      const draft = world.saved.get(id) ?? world.drafts.get(id)
      assert.ok(draft, `I3: nobody saved ${id}`)
      assert.equal(entry.recordedBy, draft.person, `I3: ${id} is somebody else's`)
      if (!isClaim(entry)) continue
      assert.equal(entry.receipt.sha256, sha256(draft.text), `I5: the receipt of ${id} is for other bytes`)
      assert.ok(world.watch.gave(id, entry.receipt), `I5: ${phone.name} claims ${id}, and the server never said so`)
    }
  }
}

// One entry that nobody gets through holds up no other.
export async function throughButPoison(world) {
  const { rows } = await world.server.facts()
  const stored = new Set(rows.map(({ id }) => id))
  for (const [id] of world.saved) {
    const isThere = stored.has(id) || world.poison.has(id) || isInTray(world, id)
    if (!isThere) assert.fail(`I7: ${id} is held up\n${where(world, id)}`)
  }
}

export async function inTheEnd(world) {
  atAnyTime(world)
  const facts = await world.server.facts()
  const { rows, broken } = facts
  assert.equal(broken, null, "I8: the ledger does not verify")
  assertNumbered(rows)
  for (const row of rows) assertIsWhatWasSaved(world, row, facts)
  const byId = new Map(rows.map((row) => [row.id, row]))
  assert.equal(byId.size, rows.length, "I2: an id is stored twice")
  for (const id of world.saved.keys()) {
    if (!byId.has(id) && !isInTray(world, id)) assert.fail(`I1: ${id} is lost\n${where(world, id)}`)
  }
  for (const id of world.watch.receipts.keys()) {
    assert.ok(byId.has(id) || isInTray(world, id), `I8: ${id} was accepted, and is in no ledger`)
  }
  for (const phone of world.phones) assertIsEmpty(world, phone, byId, facts)
}

// Refused for good: only what was damaged on a phone ever is.
function isInTray(world, id) {
  if (!world.damaged.has(id)) return false
  return world.phones.some((phone) => phone.entries().get(id)?.reason?.code === "damaged")
}

const where = (world, id) =>
  world.phones.map((phone) => `${phone.name}: ${JSON.stringify(phone.entries().get(id))}`).join("\n")

function assertNumbered(rows) {
  for (const mall of new Set(rows.map((row) => row.mall))) {
    const numbers = rows.filter((row) => row.mall === mall).map((row) => row.seq).sort((a, b) => a - b)
    assert.deepEqual(numbers, numbers.map((_, i) => i + 1), `I8: the ledger of ${mall} has gaps`)
  }
  const places = rows.map((row) => `${row.install} ${row.installSeq}`)
  assert.equal(new Set(places).size, places.length, "a number of an install was used twice")
}

function assertIsWhatWasSaved(world, row, { photos }) {
  const draft = world.saved.get(row.id) ?? world.drafts.get(row.id)
  assert.ok(draft, `I2: nobody saved ${row.id}`)
  assert.equal(row.recordedBy, draft.person, `I3: ${row.id} has another author`)
  assert.equal(row.body, draft.text, `I4: ${row.id} has other bytes`)
  assert.equal(row.sha256, sha256(draft.text), `I4: ${row.id} has another hash`)
  assert.equal(row.mall, draft.mall, `I6: ${row.id} is in another mall`)
  assert.deepEqual(row.photos, draft.hashes, `I4: ${row.id} has other photos`)
  const missing = row.photos.filter((hash) => !photos[row.mall].includes(hash))
  const lost = missing.every((hash) => world.lostPhotos.has(hash))
  assert.ok(lost && (!missing.length || row.flags.includes("photo_lost")), `I1: ${row.id} lacks a photo of its mall`)
}

function assertIsEmpty(world, phone, byId, { epoch }) {
  for (const [id, entry] of phone.entries()) {
    if (!isClaim(entry)) {
      if (isInTray(world, id)) continue
      assert.fail(`I7: ${id} never left ${phone.name}\n${where(world, id)}`)
    }
    assert.equal(entry.receipt.epoch, epoch, `I5: ${phone.name} trusts a receipt of another life of the server`)
    assert.equal(entry.receipt.ledger_seq, byId.get(id)?.seq, `I5: ${phone.name} claims ${id} falsely`)
  }
}
