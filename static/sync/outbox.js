// Sealed work on this phone: seals entries and says what waits, was refused, was received.

import { announce, listen } from "./channel.js"
import { outboxDb } from "./db.js"
import { sha256 } from "./hash.js"
import { newId } from "./install.js"
import { makeRoom } from "./keep.js"
import { triedAgain } from "./rules.js"
import { whoami } from "./session.js"
import * as store from "./store.js"

export { room } from "./keep.js"
export { exportTray, importTray } from "./tray.js"

const SHOWN = 200

// Nothing was sealed; `code`: "storage_full", "damaged_photo", "storage_failed".
export class SealFailed extends Error {
  constructor(code, cause) {
    super(`not sealed: ${code}`, { cause })
    this.code = code
  }
}

// Seals one entry: resolves with it when it is durably on this phone, and only then.
// A second seal of the same id changes nothing and returns the first.
// photos: [{sha256, bytes: ArrayBuffer}]; body: what becomes the exact JSON text.
export async function seal({ id, kind, v, mall, recordedBy, recordedAt, body, photos = [], label, round }) {
  const text = JSON.stringify(body)
  for (const photo of photos) await mustMatch(photo)
  const entry = {
    id, kind, v, mall, recordedBy, recordedAt, label, round,
    body: text, sha256: await sha256(text), photos: [...new Set(photos.map((photo) => photo.sha256))],
    photosLost: [], sealedAt: Date.now(),
    state: "waiting", tries: 0, notBefore: 0, reason: null, receipt: null,
  }
  const sealed = await writeOrMakeRoom(entry, photos)
  announce({ type: "sealed", id })
  announce({ type: "changed" })
  return sealed
}

async function mustMatch({ sha256: hash, bytes }) {
  if (!bytes || (await sha256(bytes)) !== hash) throw new SealFailed("damaged_photo")
}

async function writeOrMakeRoom(entry, photos) {
  try {
    return await write(entry, photos)
  } catch (error) {
    if (!isFull(error)) throw new SealFailed("storage_failed", error)
  }
  await makeRoom().catch(() => {}) // then the second try fails too, and says why
  try {
    return await write(entry, photos)
  } catch (error) {
    throw new SealFailed(isFull(error) ? "storage_full" : "storage_failed", error)
  }
}

const isFull = (error) => error?.name === "QuotaExceededError"

// The entry, its photos and the install's counter: all of it or nothing. Asks in two turns.
async function write(entry, photos) {
  const db = await outboxDb()
  const tx = db.transaction(["entries", "photos", "meta"], "readwrite", { durability: "strict" })
  tx.done.catch(() => {}) // awaited below; an earlier failing request must not go unheard
  try {
    const [entries, kept, meta] = ["entries", "photos", "meta"].map((name) => tx.objectStore(name))
    const [first, last = 0, binding = null, install] = await Promise.all([
      entries.get(entry.id), meta.get("seq"), meta.get(`binding:${entry.recordedBy}`), meta.get("install"),
    ])
    if (first) return first
    const sealed = { ...entry, origin: install ?? newId(), seq: last + 1, binding }
    const writes = [
      ...photos.map(({ sha256: hash, bytes }) => kept.put({ sha256: hash, bytes })),
      meta.put(sealed.seq, "seq"), entries.add(sealed), ...(install ? [] : [meta.put(sealed.origin, "install")]),
    ]
    tx.commit?.()
    await Promise.all([...writes, tx.done])
    return sealed
  } catch (error) {
    abort(tx)
    throw tx.error ?? error
  }
}

function abort(tx) {
  try {
    tx.abort()
  } catch {
    // the browser aborted it already
  }
}

// What the signed-in person may see: their own work, oldest first, the latest 200 of it;
// `held`: received, and a supervisor decides. Of colleagues only a number. Of some kinds alone
// where they are named, so that a morning of door taps crowds out nothing.
async function own(states, kinds) {
  const me = await whoami()
  if (!me) return []
  const wanted = states.flatMap((state) => (kinds.length ? kinds : [undefined]).map((kind) => [state, kind]))
  const lists = await Promise.all(wanted.map(([state, kind]) => store.newest(me.id, state, SHOWN, kind)))
  return lists.flat().map(presented).sort((a, b) => a.sealedAt - b.sealedAt).slice(-SHOWN)
}

function presented({ state, receipt, ...entry }) {
  const held = state === "held"
  return { ...entry, state: held ? "received" : state, held, receipt: receipt && { ...receipt, held } }
}

export const waiting = (...kinds) => own(["waiting"], kinds)
export const refused = (...kinds) => own(["refused"], kinds)
export const received = (...kinds) => own(["received", "held"], kinds)

let underway = 0
listen("progress", ({ state, done, all }) => (underway = state === "sending" ? all - done : 0))

export async function counts() {
  const me = await whoami()
  const [all, mine] = [await store.countsOf(), me ? await store.countsOf(me.id) : {}]
  const { waiting = 0, refused = 0, received = 0, held = 0 } = mine
  const colleagues = all.waiting + all.refused - waiting - refused
  return { waiting, refused, received, held, colleagues, sending: Math.min(underway, waiting) }
}

// The signed-in person's own entries of one round, in the order they were sealed.
export async function ownOfRound(round) {
  const [me, entries] = [await whoami(), await store.forRound(round)]
  const mine = entries.filter(({ recordedBy }) => recordedBy === me?.id).map(presented)
  return mine.sort((a, b) => a.sealedAt - b.sealedAt || a.seq - b.seq)
}

// How the work for one round stands on this phone, whoever did it: no content.
export async function entriesForRound(round) {
  const entries = await store.forRound(round)
  return entries.map(presented).map(({ id, state, held, recordedAt }) => ({ id, state, held, recordedAt }))
}

// From the tray back to waiting; where a photo was the trouble, it goes without it.
export async function retryRefused(id) {
  await store.settle([id], (entry) => (entry.state === "refused" ? triedAgain(entry) : entry))
  announce({ type: "sealed", id })
}

export const onChange = (callback) => listen("changed", callback)
