// One walk through the outbox. Knows neither network nor storage: both are ports, so
// that tests play it against a model server.
//
// ports: session() have(hashes) put(hash, bytes) batch(entries) → outcomes of net.js;
// waiting() these(ids) isIntact(entry) photo(hash) settle(ids, change) report(progress) now()

import { carryPhotos } from "./photos.js"
import * as rules from "./rules.js"

const BLAMES_AN_ENTRY = new Set(["malformed", "too_large", "unprocessable"])

// Returns the outcome that ended the walk; kind "answer": nothing is left to send.
export async function run(ports) {
  const session = await ports.session()
  if (session.kind !== "answer") return session
  const walk = { ports, mall: session.body.user.mall, turns: new Map(), growth: 1, most: 0, waiting: [] }
  for (;;) {
    const entries = await next(walk)
    if (!entries.length) return ending(walk)
    const trouble = await handIn(entries, walk)
    if (trouble) return trouble
    walk.waiting = await without(entries, walk)
    walk.growth *= 2
  }
}

// All that waits is read once, and again at the end for what was sealed meanwhile: with ten
// thousand, reading it before each request would take longer than sending it.
async function next(walk) {
  let entries = choose(walk)
  if (!entries.length) {
    walk.waiting = await walk.ports.waiting()
    entries = choose(walk)
  }
  tell(walk)
  return entries
}

function choose({ waiting, ports, mall, turns, growth }) {
  return rules.nextBatch(waiting, { mall, now: ports.now(), growth, turns })
}

// What still waits after a request; of its own entries as they are now.
async function without(entries, { ports, waiting }) {
  const sent = new Set(idsOf(entries))
  const left = (await ports.these([...sent])).filter(({ state }) => state === "waiting")
  return [...waiting.filter(({ id }) => !sent.has(id)), ...left]
}

function tell(walk) {
  const { ports, mall } = walk
  const waiting = walk.waiting.filter((entry) => entry.mall === mall)
  walk.most = Math.max(walk.most, waiting.length)
  ports.report({ done: walk.most - waiting.length, all: walk.most, since: since(waiting) })
}

const since = (entries) =>
  entries.reduce((first, { sealedAt }) => Math.min(first ?? sealedAt, sealedAt), null)

async function handIn(entries, walk) {
  for (const { id } of entries) walk.turns.set(id, (walk.turns.get(id) ?? 0) + 1)
  const sound = await intact(entries, walk.ports)
  const { ready, trouble } = await carryPhotos(sound, walk.ports)
  return trouble ?? (ready.length ? send(ready, walk.ports) : null)
}

// Text that changed on the phone since it was sealed is not what the person saved:
// it goes to the tray, not to the server.
async function intact(entries, ports) {
  const sound = await Promise.all(entries.map(ports.isIntact))
  const damaged = entries.filter((_, i) => !sound[i])
  await ports.settle(idsOf(damaged), (entry) => rules.refused(entry, { code: "damaged" }))
  return entries.filter((_, i) => sound[i])
}

// What is left waits for photos, for a busy server, or for somebody of its mall.
function ending({ mall, waiting }) {
  if (!waiting.length) return { kind: "answer" }
  return { kind: waiting.some((entry) => entry.mall === mall) ? "unwell" : "other_mall" }
}

// Sends entries in one request. Returns the trouble that ends the walk, or null.
async function send(entries, ports) {
  const outcome = await ports.batch(entries)
  if (outcome.kind === "answer") return settle(entries, outcome.body, ports)
  if (BLAMES_AN_ENTRY.has(outcome.kind)) return apart(entries, outcome, ports)
  if (outcome.kind === "unwell" || outcome.kind === "offline") {
    await ports.settle(idsOf(entries), rules.unanswered)
  }
  return outcome
}

async function settle(entries, { epoch, results }, ports) {
  const byId = new Map(results.map((result) => [result.id, result]))
  const facts = { epoch, now: ports.now() }
  await ports.settle(idsOf(entries), (entry) =>
    entry.state === "waiting" ? rules.afterResult(entry, byId.get(entry.id), facts) : entry,
  )
  return null
}

// The request as a whole was refused: find the entry that is to blame, spare the others.
async function apart(entries, outcome, ports) {
  if (entries.length === 1) return blame(entries, outcome, ports)
  const half = Math.ceil(entries.length / 2)
  return (await send(entries.slice(0, half), ports)) ?? (await send(entries.slice(half), ports))
}

// If the server refuses even an empty request, no entry is to blame.
async function blame(entries, outcome, ports) {
  const control = await ports.batch([])
  if (control.kind !== "answer") return outcome
  const reason = { code: outcome.code ?? outcome.kind }
  await ports.settle(idsOf(entries), (entry) => rules.refused(entry, reason))
  return null
}

const idsOf = (entries) => entries.map((entry) => entry.id)
