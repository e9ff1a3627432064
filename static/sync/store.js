// The outbox's storage: what the drain and the outbox page read and change.

import { announce } from "./channel.js"
import { outboxDb } from "./db.js"
import { sha256 } from "./hash.js"

const STATES = ["waiting", "refused", "received", "held"]

export const get = async (id) => (await outboxDb()).get("entries", id)
export const all = async () => (await outboxDb()).getAll("entries")
export const inState = async (state) => (await outboxDb()).getAllFromIndex("entries", "state", state)
export const storedByServer = async () => [...(await inState("received")), ...(await inState("held"))]

export const forRound = async (round) => (await outboxDb()).getAllFromIndex("entries", "round", round)

// The latest of one person in one state, oldest first.
export async function newest(person, state, most) {
  const { store } = (await outboxDb()).transaction("entries")
  const ids = await store.index("person_state").getAllKeys([person, state])
  if (!ids.length) return []
  // Ids sort by time, so this reads few others with them, and all at once.
  const near = await store.getAll(IDBKeyRange.lowerBound(ids[Math.max(0, ids.length - most)]))
  return near.filter((entry) => entry.recordedBy === person && entry.state === state)
}

// How many entries are in each state, of one person or of all.
export async function countsOf(person) {
  const { store } = (await outboxDb()).transaction("entries")
  const one = (state) =>
    person === undefined
      ? store.index("state").count(state)
      : store.index("person_state").count([person, state])
  const counts = await Promise.all(STATES.map(async (state) => [state, await one(state)]))
  return Object.fromEntries(counts)
}

export const meta = async (key) => (await outboxDb()).get("meta", key)
export const setMeta = async (key, value) => (await outboxDb()).put("meta", value, key)

// Changes entries in one transaction. change(entry) returns the entry as it shall be
// (the same object: untouched), or null to drop it.
export async function settle(ids, change) {
  const tx = (await outboxDb()).transaction("entries", "readwrite", { durability: "strict" })
  let changed = false
  for (const id of ids) {
    const entry = await tx.store.get(id)
    const next = entry && change(entry)
    if (next === entry) continue
    if (next === null) await tx.store.delete(id)
    else await tx.store.put(next)
    changed = true
  }
  await tx.done
  if (changed) announce({ type: "changed" })
}

// The exact bytes that were sealed, or null when this phone no longer has them.
export async function photoBytes(hash) {
  const bytes = await storedBytes(hash)
  return bytes && (await sha256(bytes)) === hash ? bytes : null
}

async function storedBytes(hash) {
  try {
    return (await (await outboxDb()).get("photos", hash))?.bytes ?? null
  } catch {
    return null // the browser lists the row but lost the data behind it
  }
}

export const photoHashes = async () => (await outboxDb()).getAllKeys("photos")

export async function forget({ entries, photos }) {
  if (!entries.length && !photos.length) return
  const tx = (await outboxDb()).transaction(["entries", "photos"], "readwrite")
  for (const id of entries) tx.objectStore("entries").delete(id)
  for (const hash of photos) tx.objectStore("photos").delete(hash)
  await tx.done
}
