// Builders for the tests of the phone's modules: entries, and a phone in memory.

import { run } from "../../static/sync/run.js"

let made = 0

export function makeEntry(more = {}) {
  made += 1
  return {
    id: `entry-${made}`, seq: made, kind: "note", v: 1, mall: "demo", binding: "signed",
    recordedBy: "1", recordedAt: "2026-11-21T09:58:03.120+08:00", body: `{"text":"${made}"}`,
    sha256: `hash-${made}`, photos: [], photosLost: [], origin: "install-a", sealedAt: made,
    state: "waiting", tries: 0, notBefore: 0, reason: null, receipt: null,
    ...more,
  }
}

export const receiptFor = (entry, more = {}) => ({
  ledger_seq: 1, sha256: entry.sha256, received_at: "2026-11-21T02:00:00.000Z", flags: [], ...more,
})

// A phone whose storage is a Map and whose network is `server` (see server.js).
export class Phone {
  constructor(server, { mall = "demo" } = {}) {
    Object.assign(this, { server, mall, entries: new Map(), photos: new Map(), clock: 0, progress: [] })
  }

  seal(entry, photos = {}) {
    this.entries.set(entry.id, entry)
    for (const [hash, bytes] of Object.entries(photos)) this.photos.set(hash, bytes)
    return entry
  }

  in(state) {
    return [...this.entries.values()].filter((entry) => entry.state === state)
  }

  drain() {
    return run({
      session: async () => this.server.session(this.mall),
      have: async (hashes) => this.server.have(hashes),
      put: async (hash, bytes) => this.server.put(hash, bytes),
      batch: async (entries) => this.server.batch(entries),
      waiting: async () => this.in("waiting"),
      these: async (ids) => ids.map((id) => this.entries.get(id)).filter(Boolean),
      isIntact: async (entry) => !entry.damaged,
      photo: async (hash) => this.photos.get(hash) ?? null,
      settle: async (ids, change) => ids.forEach((id) => this.settle(id, change)),
      report: (progress) => this.progress.push(progress),
      now: () => this.clock,
    })
  }

  settle(id, change) {
    const next = change(this.entries.get(id))
    if (next === null) this.entries.delete(id)
    else this.entries.set(id, next)
  }
}
