// Hands in the outbox; runs in pages and in the worker, one at a time per browser.
// An entry counts as received only against a receipt that names it.

import { announce, listen } from "./channel.js"
import { sha256 } from "./hash.js"
import { installId, newId } from "./install.js"
import { tidyNowAndThen } from "./keep.js"
import { alone } from "./lock.js"
import * as net from "./net.js"
import { PROTOCOL, envelope } from "./rules.js"
import { run } from "./run.js"
import { connect, heard, whoami } from "./session.js"
import * as store from "./store.js"
import * as verify from "./verify.js"

// What a page shows for an outcome that is not named the same.
const STATES = {
  answer: "idle", unwell: "busy", malformed: "busy", too_large: "busy", unprocessable: "busy",
  photo_lost: "busy", photo_refused: "busy", photo_too_large: "busy",
}
let queued = null

// Resolves with {kind, after}: how it ended and how many seconds the server asked for.
// Many calls at once are one walk, plus one more for what came in meanwhile.
export function drain() {
  queued ??= alone("mallops-drain", async () => {
    queued = null
    return walk().catch(failed)
  })
  return queued
}

// callback({state, done, all, since, code}); state: idle · sending · offline ·
// signed_out · portal · busy · forbidden · other_mall. since: ms of the oldest waiting.
export const onProgress = (callback) => listen("progress", callback)

const report = (progress) => announce({ type: "progress", ...progress })

async function walk() {
  const wait = await askedWait()
  if (wait > 0) return told({ kind: "unwell", after: wait })
  const outcome = await run(ports)
  await store.setMeta("wait", { from: Date.now(), seconds: outcome.after ?? 0 })
  if (outcome.kind === "answer") await afterwards()
  return told(outcome)
}

// Seconds left of what the server asked for; a clock that was moved back ends the wait.
async function askedWait() {
  const { from = 0, seconds = 0 } = (await store.meta("wait")) ?? {}
  const gone = (Date.now() - from) / 1000
  return gone >= 0 && gone < seconds ? Math.ceil(seconds - gone) : 0
}

async function afterwards() {
  if ((await verify.due(Date.now())).length) await batch([])
  await tidyNowAndThen()
}

async function told(outcome) {
  const { count, since } = await store.queueOf("waiting")
  const state = STATES[outcome.kind] ?? outcome.kind
  report({ state, done: 0, all: count, since, code: outcome.code })
  return outcome
}

function failed(error) {
  report({ state: "busy", done: 0, all: 0, since: null, code: error.code ?? "storage_failed" })
  return { kind: "unwell", code: error.code, after: 0, error }
}

const ports = {
  session: connect,
  have: (hashes) => net.tell("/sync/photos/have", { protocol: PROTOCOL, hashes }),
  put: (hash, bytes) => net.carry(`/sync/photos/${hash}`, bytes),
  batch,
  waiting: () => store.inState("waiting"),
  these: store.these,
  isIntact: async (entry) => (await sha256(entry.body)) === entry.sha256,
  photo: store.photoBytes,
  settle: store.settle,
  report: (progress) => report({ state: "sending", ...progress }),
  now: Date.now,
}

async function batch(entries) {
  const ids = await verify.due(Date.now())
  const outcome = await net.tell("/sync/batch", {
    protocol: PROTOCOL,
    nonce: newId(),
    install: await installId(),
    sent_at: new Date().toISOString(),
    entries: entries.map(envelope),
    verify: ids,
  })
  if (outcome.kind === "answer") {
    await verify.verified(ids, outcome.body, Date.now())
    await heard(outcome.body, (await whoami()).mall)
  }
  return outcome
}
