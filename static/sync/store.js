// The outbox's storage: what the drain and the outbox page read and change.

import { announce } from "./channel.js"
import { outboxDb } from "./db.js"
import { sha256 } from "./hash.js"

const STATES = ["waiting", "refused", "received", "held"]
const AT_ONCE = 500 // entries; thousands in one piece would hold up the taps

export const get = async (id) => (await outboxDb()).get("entries", id)
export const unsent = async () => [...(await inState("refused")), ...(await inState("waiting"))]
export const storedByServer = async () => [...(await inState("received")), ...(await inState("held"))]

export async function inState(state) {
  const [db, found] = [await outboxDb(), []]
  for (;;) {
    const last = found.length ? found[found.length - 1].id : ""
    const range = IDBKeyRange.bound([state, last], [state, []], true)
    const piece = await db.transaction("entries").store.index("state_id").getAll(range, AT_ONCE)
    found.push(...piece)
    if (piece.length < AT_ONCE) return found
  }
}

export const forRound = async (round) => (await outboxDb()).getAllFromIndex("entries", "round", round)

// The latest of one person in one state, and of one kind if it is named; ids sort by time.
export async function newest(person, state, most, kind) {
  const { store } = (await outboxDb()).transaction("entries")
  const [name, key] = kind ? ["person_state_kind", [person, state, kind]] : ["person_state", [person, state]]
  const ids = await store.index(name).getAllKeys(key)
  if (ids.length <= most) return ids.length ? store.index(name).getAll(key) : []
  return Promise.all(ids.slice(-most).map((id) => store.get(id)))
}

// {count, since}: how many are in a state, and when the first of them was sealed (ms).
export async function queueOf(state) {
  const index = (await outboxDb()).transaction("entries").store.index("state_id")
  const range = IDBKeyRange.bound([state], [state, []])
  const [count, [first]] = await Promise.all([index.count(range), index.getAll(range, 1)])
  return { count, since: first?.sealedAt ?? null }
}

export async function these(ids) {
  const { store } = (await outboxDb()).transaction("entries")
  return (await Promise.all(ids.map((id) => store.get(id)))).filter(Boolean)
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

// Of ids and hashes that were chosen a moment ago: not what waits by now, nor its photos.
export async function forget({ entries, photos }) {
  if (!entries.length && !photos.length) return
  const tx = (await outboxDb()).transaction(["entries", "photos"], "readwrite")
  const [known, kept] = [tx.objectStore("entries"), tx.objectStore("photos")]
  const ofState = (state) => known.index("state").getAll(state)
  const unsent = [...(await ofState("refused")), ...(await ofState("waiting"))]
  const needed = new Set(unsent.flatMap((entry) => [entry.id, ...entry.photos]))
  for (const id of entries) if (!needed.has(id)) known.delete(id)
  for (const hash of photos) if (!needed.has(hash)) kept.delete(hash)
  await tx.done
}
