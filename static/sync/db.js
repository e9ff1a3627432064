// Opens the two databases: `mallops-outbox` survives signing out, `mallops-user` does not.

import { openDB } from "../vendor/idb@8.0.4/idb.js"
import { announce } from "./channel.js"

const PATIENCE_MS = 8000
const GRACE_MS = 5000 // time for an old page to finish what it is writing

// What each version adds; a phone that comes from an older one keeps what it has.
const VERSIONS = {
  "mallops-outbox": [
    (db) => {
      const entries = db.createObjectStore("entries", { keyPath: "id" })
      entries.createIndex("state", "state")
      entries.createIndex("person_state", ["recordedBy", "state"])
      entries.createIndex("round", "round")
      db.createObjectStore("photos", { keyPath: "sha256" })
      db.createObjectStore("meta")
    },
    // Ten thousand door taps must not stand between anybody and a few inspections.
    (_db, tx) => {
      const entries = tx.objectStore("entries")
      entries.createIndex("person_state_kind", ["recordedBy", "state", "kind"])
      entries.createIndex("state_id", ["state", "id"])
    },
  ],
  "mallops-user": [
    (db) => {
      db.createObjectStore("pack")
      db.createObjectStore("drafts", { keyPath: "id" })
      db.createObjectStore("draft_photos", { keyPath: ["draft", "sha256"] }).createIndex("draft", "draft")
      db.createObjectStore("meta")
    },
  ],
}
const opened = new Map()

export const outboxDb = () => open("mallops-outbox")
export const userDb = () => open("mallops-user")

// The storage cannot be used now; `code`: "blocked" (an old page of MallOps is still
// open), "outdated" (a newer one is), "unavailable".
export class StorageUnready extends Error {
  constructor(code, cause) {
    super(`storage is ${code}`, { cause })
    this.code = code
  }
}

function open(name) {
  if (!opened.has(name)) {
    const opening = openPatiently(name)
    opened.set(name, opening)
    opening.catch(() => forget(name, opening))
  }
  return opened.get(name)
}

function forget(name, opening) {
  if (opened.get(name) === opening) opened.delete(name)
}

// An upgrade waits for old pages to close; whoever asks is told instead of waiting on.
async function openPatiently(name) {
  let tooLate = false
  const opening = openDB(name, VERSIONS[name].length, {
    upgrade: (db, from, _to, tx) => VERSIONS[name].slice(from).forEach((add) => add(db, tx)),
    blocked: () => announce({ type: "blocked" }),
    blocking: (_current, _next, event) => makeWay(name, event.target),
    terminated: () => opened.delete(name),
  }).then((db) => (tooLate ? db.close() : db))
  opening.catch(() => {})
  const patience = new Promise((_, reject) => {
    setTimeout(() => {
      tooLate = true
      reject(new StorageUnready("blocked"))
    }, PATIENCE_MS)
  })
  return Promise.race([opening, patience]).catch(explain)
}

function explain(error) {
  if (error instanceof StorageUnready) throw error
  if (error.name !== "VersionError") throw new StorageUnready("unavailable", error)
  announce({ type: "outdated" })
  throw new StorageUnready("outdated", error)
}

// A newer page wants to upgrade: finish what is being sent or written, then close.
function makeWay(name, db) {
  announce({ type: "outdated" })
  setTimeout(() => {
    db.close()
    opened.delete(name)
  }, GRACE_MS)
}

// All stores emptied in one transaction: unlike deleting, it never waits for other pages.
export async function wipeUser() {
  const db = await userDb()
  const stores = [...db.objectStoreNames]
  const tx = db.transaction(stores, "readwrite")
  await Promise.all([...stores.map((store) => tx.objectStore(store).clear()), tx.done])
}
