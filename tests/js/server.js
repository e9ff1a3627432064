// A model of the server: what it must do with entries and photos, and ways to fail.
// `fault(request)` is asked before each request; it may return {lose: "request"},
// {lose: "answer"} or {instead: outcome}.

import { receiptFor } from "./make.js"

export class Server {
  constructor({ fault = () => null, mall = "demo" } = {}) {
    Object.assign(this, { fault, mall, rows: new Map(), photos: new Map(), epoch: "one", requests: [] })
    this.poison = new Set() // entries that make the whole request fail
    this.verdicts = new Map() // id → result other than stored
  }

  session() {
    return this.exchange("session", () => ({ user: { id: "1", mall: this.mall }, epoch: this.epoch }))
  }

  have(hashes) {
    return this.exchange("have", () => ({ missing: hashes.filter((hash) => !this.photos.has(hash)) }))
  }

  put(hash, bytes) {
    return this.exchange(`put ${hash}`, () => {
      this.photos.set(hash, bytes)
      return {}
    })
  }

  batch(entries) {
    this.lastBatch = entries.map((entry) => entry.id)
    if (entries.some((entry) => this.poison.has(entry.id))) return { kind: this.poisonKind ?? "unwell", after: 0 }
    return this.exchange("batch", () => ({
      epoch: this.epoch,
      results: entries.map((entry) => this.take(entry)),
      missing: [],
    }))
  }

  exchange(request, work) {
    this.requests.push(request)
    const { lose, instead } = this.fault(request) ?? {}
    if (instead) return instead
    if (lose === "request") return { kind: "offline" }
    const body = work()
    return lose === "answer" ? { kind: "offline" } : { kind: "answer", body }
  }

  take(entry) {
    const verdict = this.verdicts.get(entry.id)
    if (verdict) return { id: entry.id, ...verdict }
    const missing = entry.photos.filter((hash) => !entry.photosLost.includes(hash) && !this.photos.has(hash))
    if (missing.length) return { id: entry.id, status: "retry", missing }
    const known = this.rows.get(entry.id)
    if (known && known.sha256 !== entry.sha256) return { id: entry.id, status: "conflict" }
    if (!known) this.rows.set(entry.id, { sha256: entry.sha256, seq: this.rows.size + 1 })
    const receipt = receiptFor(entry, { ledger_seq: this.rows.get(entry.id).seq })
    return { id: entry.id, status: known ? "duplicate" : "accepted", receipt }
  }
}
