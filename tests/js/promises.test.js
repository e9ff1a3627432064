// Random histories against the model server: whatever fails, nothing is lost, nothing is
// stored twice, and when the faults end the outbox empties.

import assert from "node:assert/strict"
import { test } from "node:test"

import { isForgotten, waitingAgain } from "../../static/sync/rules.js"
import { Phone, makeEntry } from "./make.js"
import { Server } from "./server.js"
import { randomFrom } from "./simulator/random.js"

const FAULTS = [
  { lose: "request" }, { lose: "answer" }, { instead: { kind: "unwell", after: 3 } },
  { instead: { kind: "portal" } }, { instead: { kind: "signed_out" } }, { instead: { kind: "forbidden" } },
  { instead: { kind: "too_large" } },
]

function history(seed) {
  const random = randomFrom(seed)
  const server = new Server({ fault: () => (random() < 0.3 ? FAULTS[Math.floor(random() * FAULTS.length)] : null) })
  return { random, server, phones: [new Phone(server), new Phone(server)], sealed: [] }
}

function sealSome({ random, phones, sealed }) {
  const phone = phones[Math.floor(random() * phones.length)]
  for (let i = Math.floor(random() * 8); i > 0; i--) {
    const photos = Array.from({ length: Math.floor(random() * 3) }, () => `photo-${Math.floor(random() * 20)}`)
    const bytes = Object.fromEntries(photos.map((hash) => [hash, `bytes of ${hash}`]))
    sealed.push(phone.seal(makeEntry({ photos: [...new Set(photos)] }), bytes))
  }
}

async function live(story, steps) {
  for (let i = 0; i < steps; i++) {
    sealSome(story)
    if (story.random() < 0.05) restoreFromBackup(story)
    const drains = story.phones.map((phone) => (story.random() < 0.7 ? phone.drain() : null))
    await Promise.all(drains)
    assertNothingLost(story)
  }
}

// The server goes back to the first half of what it had, under a new epoch.
function restoreFromBackup({ server, phones }) {
  const kept = [...server.rows].slice(0, Math.floor(server.rows.size / 2))
  server.rows = new Map(kept.map(([id, row], i) => [id, { ...row, seq: i + 1 }]))
  server.epoch = `${server.epoch}+`
  for (const phone of phones) {
    for (const entry of phone.entries.values()) {
      phone.settle(entry.id, (known) => (isForgotten(known, server) ? waitingAgain(known) : known))
    }
  }
}

function assertNothingLost({ phones, server, sealed }) {
  const onPhones = new Map(phones.flatMap((phone) => [...phone.entries]))
  for (const { id, sha256 } of sealed) {
    const entry = onPhones.get(id)
    assert.ok(entry, `${id} vanished`)
    if (entry.state === "received") assert.equal(server.rows.get(id)?.sha256, sha256, `${id}: false claim`)
  }
}

for (let seed = 1; seed <= 60; seed++) {
  test(`history ${seed}: no loss, no duplicate, no false claim, and it empties`, async () => {
    const story = history(seed)
    await live(story, 25)
    story.server.fault = () => null
    for (const phone of story.phones) {
      phone.clock += 600_000
      for (const entry of phone.in("refused")) phone.settle(entry.id, waitingAgain)
      for (let i = 0; i < 3; i++) await phone.drain()
    }
    assert.equal(story.server.rows.size, story.sealed.length)
    assert.ok(story.phones.every((phone) => phone.in("waiting").length === 0))
    const numbers = [...story.server.rows.values()].map((row) => row.seq).sort((a, b) => a - b)
    assert.deepEqual(numbers, numbers.map((_, i) => i + 1))
  })
}
