// The server as docs/sync.md describes it, in as few lines as that takes: no HTTP, no
// database. endpoint.js speaks for the real one in the same words.

import { createHash } from "node:crypto"

import { Erasures } from "./model-erasing.js"

const PROTOCOL = "mallops-sync/1"
const PEOPLE = [
  { id: "1", name: "Ann", mall: "demo" }, { id: "2", name: "Bo", mall: "demo" },
  { id: "3", name: "Cy", mall: "other" }, { id: "4", name: "Di", mall: "demo" },
]
const sha256 = (content) => createHash("sha256").update(content).digest("hex")
const json = (status, content) => ({ status, type: "application/json", text: JSON.stringify(content) })

export class ModelServer {
  constructor(agenda) {
    Object.assign(this, { agenda, people: PEOPLE, lives: 1, cookies: 0, erasures: new Erasures() })
    this.state = { sessions: {}, ledgers: { demo: [], other: [] }, photos: { demo: [], other: [] }, backedUp: {} }
  }

  get epoch() {
    return `life ${this.lives}`
  }

  // What people and operators do, besides what phones do

  async signIn(person) {
    const cookie = `cookie ${(this.cookies += 1)}`
    this.state.sessions[cookie] = person.id
    return cookie
  }

  async endSession(cookie) {
    delete this.state.sessions[cookie]
  }

  // publish: phones are told how far photos are backed up.
  async backUp({ publish }) {
    const copy = structuredClone(this.state)
    for (const [mall, rows] of Object.entries(copy.ledgers)) {
      copy.backedUp[mall] = rows.length
      if (publish) this.state.backedUp[mall] = rows.length
    }
    return copy
  }

  async restore(copy) {
    this.state = structuredClone(copy)
    this.lives += 1
    this.erasures.again(this.state)
  }

  // Takes words and photos out of an entry. Returns the photos that are gone.
  async erase(id) {
    return this.erasures.erase(this.state, this.find(id))
  }

  async facts() {
    const { ledgers, photos } = this.state
    const broken = Object.values(ledgers).some((rows) => rows.some((row, i) => row.chain !== link(rows[i - 1], row)))
    const rows = Object.values(ledgers).flat()
    const applied = rows.filter(({ status }) => status === "accepted").map(({ id }) => id)
    return { epoch: this.epoch, rows, photos, applied, broken: broken ? "the chain" : null }
  }

  // The protocol

  async handle({ method, path, body, headers, cookie }) {
    const person = PEOPLE.find(({ id }) => id === this.state.sessions[cookie])
    if (method !== "GET" && headers["X-MallOps"] !== "1") return json(403, { code: "foreign_origin" })
    if (!person) return json(401, { code: "signed_out" })
    if (path.startsWith("/sync/session?install=")) return json(200, this.session(person, /=([^&]*)/.exec(path)[1]))
    if (path === "/sync/photos/have") return json(200, this.have(person, JSON.parse(body).hashes))
    if (path === "/sync/batch") return this.batch(person, JSON.parse(body))
    return this.photo(person, path.split("/").at(-1), body)
  }

  session(person, install) {
    const binding = `${person.id} on ${install}`
    return { protocol: PROTOCOL, user: { ...person, role: "officer" }, binding, ...this.standing(person) }
  }

  standing({ mall }) {
    const server_time = new Date(this.agenda.now).toISOString()
    return { epoch: this.epoch, server_time, backed_up_through: this.state.backedUp[mall] ?? 0 }
  }

  have({ mall }, hashes) {
    return { protocol: PROTOCOL, missing: hashes.filter((hash) => !this.hasPhoto(mall, hash)) }
  }

  hasPhoto(mall, hash) {
    return this.state.photos[mall].includes(hash) || this.erasures.hasPhoto(mall, hash)
  }

  photo({ mall }, hash, body) {
    if (sha256(Buffer.from(body)) !== hash) return json(422, { code: "wrong_hash" })
    const known = this.hasPhoto(mall, hash)
    if (!known) this.state.photos[mall].push(hash)
    return json(known ? 200 : 201, { protocol: PROTOCOL, sha256: hash })
  }

  batch(carrier, { protocol, nonce, entries, verify }) {
    if (protocol !== PROTOCOL || !nonce || entries.length > 50) return json(400, { code: "malformed" })
    const results = entries.map((entry) => ({ id: entry.id, ...this.take(entry, carrier) }))
    const missing = verify.filter((id) => !this.find(id))
    return json(200, { protocol, nonce, ...this.standing(carrier), results, missing })
  }

  find(id) {
    return Object.values(this.state.ledgers).flat().find((row) => row.id === id)
  }

  take(entry, carrier) {
    const reason = this.refusal(entry)
    if (reason) return { status: "rejected", reason: { code: reason, text: reason } }
    if (this.erasures.has(entry.id)) return { status: "gone" }
    const known = this.find(entry.id)
    if (known) return this.again(known, entry)
    const missing = entry.photos
      .filter((hash) => !entry.photos_lost?.includes(hash))
      .filter((hash) => !this.hasPhoto(entry.mall, hash))
    if (missing.length) return { status: "retry", missing }
    const row = this.append(entry, carrier)
    return { status: row.status, receipt: row.receipt }
  }

  refusal({ body, sha256: hash, mall }) {
    if (sha256(body) !== hash) return "wrong_hash"
    return mall in this.state.ledgers ? null : "unknown_mall"
  }

  again(known, entry) {
    const same = known.sha256 === entry.sha256 && known.mall === entry.mall
    return same ? { status: "duplicate", receipt: known.receipt } : { status: "conflict", reason: { code: "conflict" } }
  }

  // The step of a finding that nobody knows is for a supervisor.
  isKnown(finding) {
    return finding === undefined || Boolean(this.find(finding))
  }

  append({ id, kind, mall, seq, body, sha256: hash, photos, photos_lost = [], binding }, carrier) {
    const ledger = this.state.ledgers[mall]
    const [recordedBy = null, install = null] = binding?.split(" on ") ?? []
    const flags = [...(recordedBy && recordedBy !== carrier.id ? ["relayed"] : []), ...(photos_lost.length ? ["photo_lost"] : [])]
    const received_at = new Date(this.agenda.now).toISOString()
    const status = recordedBy && this.isKnown(JSON.parse(body).finding) ? "accepted" : "held"
    const own = { id, kind, mall, body, sha256: hash, photos, recordedBy, install, installSeq: seq, flags, status }
    const row = { ...own, seq: ledger.length + 1 }
    row.receipt = { ledger_seq: row.seq, sha256: hash, received_at, flags }
    row.chain = link(ledger.at(-1), row)
    ledger.push(row)
    return row
  }
}

const link = (before, { seq, id, sha256: hash, recordedBy }) =>
  sha256([before?.chain ?? "", (before?.seq ?? 0) + 1 === seq ? seq : "gap", id, hash, recordedBy].join("\n"))
