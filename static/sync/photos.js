// Brings up the photos of entries before the entries themselves. Same ports as run.js.

import { LIMITS, photoTrouble, photosToSend } from "./rules.js"

const FAILURES_THAT_END_THE_WALK = 3
const REFUSALS = { unprocessable: "photo_refused", too_large: "photo_too_large" }

// Returns {ready: the entries that can be sent now, trouble: outcome that ends the walk}.
// An entry whose photo fails is left out; the others go on.
export async function carryPhotos(entries, ports) {
  const hashes = [...new Set(entries.flatMap(photosToSend))]
  const { missing, trouble } = await missingOf(hashes, ports)
  if (trouble) return { ready: [], trouble }
  const failed = new Set()
  for (const hash of missing) {
    const outcome = await carryOne(hash, entries, ports)
    if (outcome.kind === "signed_out" || outcome.kind === "forbidden") return { ready: [], trouble: outcome }
    if (outcome.kind !== "answer") failed.add(hash)
    if (failed.size === FAILURES_THAT_END_THE_WALK) return { ready: [], trouble: outcome }
  }
  return { ready: entries.filter((entry) => !photosToSend(entry).some((hash) => failed.has(hash))) }
}

async function missingOf(hashes, ports) {
  const missing = []
  for (let i = 0; i < hashes.length; i += LIMITS.hashes) {
    const outcome = await ports.have(hashes.slice(i, i + LIMITS.hashes))
    if (outcome.kind !== "answer") return { trouble: outcome }
    missing.push(...outcome.body.missing)
  }
  return { missing: missing.filter((hash) => hashes.includes(hash)) }
}

// What can never be stored goes to the tray with its entry: the person decides whether
// the entry goes without it.
async function carryOne(hash, entries, ports) {
  const bytes = await ports.photo(hash)
  if (!bytes) return blame("photo_lost", hash, entries, ports)
  const outcome = await ports.put(hash, bytes)
  const code = REFUSALS[outcome.kind]
  return code ? blame(code, hash, entries, ports) : outcome
}

async function blame(code, hash, entries, ports) {
  const holders = entries.filter((entry) => entry.photos.includes(hash)).map((entry) => entry.id)
  await ports.settle(holders, (entry) => photoTrouble(entry, code, [hash]))
  return { kind: code }
}
