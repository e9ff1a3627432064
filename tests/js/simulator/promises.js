// The promises of docs/sync.md, each held against what phones and server have.

import assert from "node:assert/strict"
import { createHash } from "node:crypto"

const sha256 = (text) => createHash("sha256").update(text).digest("hex")
const isClaim = ({ state }) => state === "received" || state === "held"
const made = (world, id) => world.saved.get(id) ?? world.drafts.get(id)

// What was sealed under an id: the work somebody saved, and what somebody else put in its place.
const textsOf = (world, id) => [made(world, id).text, ...(world.twins.has(id) ? [world.twins.get(id)] : [])]

// While anything may still fail: no claim without a receipt, and no text that nobody saved.
export function atAnyTime(world) {
  for (const phone of world.phones) {
    for (const [id, entry] of phone.entries()) {
      const draft = made(world, id)
      assert.ok(draft, `I3: nobody saved ${id}`)
      assert.equal(entry.recordedBy, draft.person, `I3: ${id} is somebody else's`)
      if (!isClaim(entry)) continue
      const isNamed = textsOf(world, id).some((text) => sha256(text) === entry.receipt?.sha256)
      assert.ok(isNamed && entry.receipt.sha256 === entry.sha256, `I5: the receipt of ${id} is for other bytes`)
      assert.ok(world.watch.gave(id, entry.receipt), `I5: ${phone.name} claims ${id}, and the server never said so`)
    }
  }
}

// One entry that nobody gets through holds up no other.
export async function throughButPoison(world) {
  const { rows } = await world.server.facts()
  const stored = new Set(rows.map(({ id }) => id))
  for (const [id] of world.saved) {
    const isThere = stored.has(id) || world.poison.has(id) || isInTray(world, id) || world.erased.has(id)
    if (!isThere) assert.fail(`I7: ${id} is held up\n${where(world, id)}`)
  }
}

export async function inTheEnd(world) {
  atAnyTime(world)
  const facts = await world.server.facts()
  assert.equal(facts.broken, null, `I8: ${facts.broken} does not hold`)
  assertNumbered(facts.rows)
  const rows = facts.rows.filter(({ kind }) => kind !== "erasure")
  for (const row of rows) assertIsWhatWasSaved(world, row, facts)
  const byId = new Map(rows.map((row) => [row.id, row]))
  assert.equal(byId.size, rows.length, "I2: an id is stored twice")
  assertApplied(rows, facts)
  for (const id of world.saved.keys()) assertIsSomewhere(world, id, byId)
  for (const id of world.watch.receipts.keys()) {
    const isThere = byId.has(id) || isInTray(world, id) || world.erased.has(id)
    assert.ok(isThere, `I8: ${id} was accepted, and is in no ledger`)
  }
  for (const phone of world.phones) assertIsEmpty(world, phone, byId, facts)
}

// Of two contents under one id the first counts, and the other is shown to whoever has it.
function assertIsSomewhere(world, id, byId) {
  if (world.erased.has(id)) return
  const row = byId.get(id)
  if (!row && !isInTray(world, id)) assert.fail(`I1: ${id} is lost\n${where(world, id)}`)
  if (world.damaged.has(id)) return
  for (const text of textsOf(world, id)) {
    const kept = world.phones.map((phone) => phone.entries().get(id)).some((entry) => entry?.body === text)
    if (row?.body !== text && !kept) assert.fail(`I1: ${text} of ${id} is lost\n${where(world, id)}`)
  }
}

// What the pages show: each entry that counts is there, and nothing else.
function assertApplied(rows, { applied }) {
  const counting = rows.filter(({ status }) => status === "accepted").map(({ id }) => id)
  assert.deepEqual([...applied].sort(), counting.sort(), "I8: the pages show other entries than the ledger has")
}

// Refused for good: what was damaged on a phone, and what came second under its id.
function isInTray(world, id) {
  const why = [...(world.damaged.has(id) ? ["damaged"] : []), ...(world.twins.has(id) ? ["conflict"] : [])]
  return world.phones.some((phone) => isRefused(phone.entries().get(id), why))
}

const isRefused = (entry, why) => entry?.state === "refused" && why.includes(entry.reason.code)

const where = (world, id) =>
  world.phones.map((phone) => `${phone.name}: ${JSON.stringify(phone.entries().get(id))}`).join("\n")

function assertNumbered(rows) {
  for (const mall of new Set(rows.map((row) => row.mall))) {
    const numbers = rows.filter((row) => row.mall === mall).map((row) => row.seq).sort((a, b) => a - b)
    assert.deepEqual(numbers, numbers.map((_, i) => i + 1), `I8: the ledger of ${mall} has gaps`)
  }
  const places = rows.filter(({ install }) => install).map((row) => `${row.install} ${row.installSeq}`)
  assert.equal(new Set(places).size, places.length, "a number of an install was used twice")
}

function assertIsWhatWasSaved(world, row, { photos }) {
  const draft = made(world, row.id)
  assert.ok(draft, `I2: nobody saved ${row.id}`)
  assert.equal(row.recordedBy, draft.person, `I3: ${row.id} has another author`)
  assert.equal(row.mall, draft.mall, `I6: ${row.id} is in another mall`)
  assert.ok(textsOf(world, row.id).map(sha256).includes(row.sha256), `I4: ${row.id} has another hash`)
  if (world.erased.has(row.id)) return assert.ok(!row.body.includes(draft.words), `the words of ${row.id} are back`)
  assert.equal(row.sha256, sha256(row.body), `I4: ${row.id} has other bytes`)
  assert.deepEqual(row.photos, draft.hashes, `I4: ${row.id} has other photos`)
  const missing = row.photos.filter((hash) => !photos[row.mall].includes(hash) && !world.erasedPhotos.has(hash))
  const lost = missing.every((hash) => world.lostPhotos.has(hash))
  assert.ok(lost && (!missing.length || row.flags.includes("photo_lost")), `I1: ${row.id} lacks a photo of its mall`)
}

function assertIsEmpty(world, phone, byId, { epoch }) {
  for (const [id, entry] of phone.entries()) {
    if (!isClaim(entry)) {
      if (isRefused(entry, ["damaged", "conflict"]) && isInTray(world, id)) continue
      assert.fail(`I7: ${id} never left ${phone.name}\n${where(world, id)}`)
    }
    assert.equal(entry.receipt.epoch, epoch, `I5: ${phone.name} trusts a receipt of another life of the server`)
    assert.equal(entry.receipt.ledger_seq, byId.get(id)?.seq, `I5: ${phone.name} claims ${id} falsely`)
  }
}
