// What the outbox does next and what an answer does to an entry.
// Pure: neither storage, network, DOM nor clock; everything comes as an argument.

export const PROTOCOL = "mallops-sync/1"
// bytes leaves room below the server's 512 kB for the frame and the ids to verify.
// photos bounds what goes up before the first receipt of a batch comes back.
export const LIMITS = { entries: 50, bytes: 480_000, photos: 8, hashes: 200, verify: 200 }
const LONGEST_WAIT_MS = 5 * 60_000
const TURNS_PER_RUN = 2
const PHOTO_TROUBLE = new Set(["photo_lost", "photo_refused", "photo_too_large"])

// What travels of an entry. `photos_lost` appears only where a person said so.
export function envelope(entry) {
  const { id, seq, kind, v, mall, binding, body, sha256, photos } = entry
  const sent = { id, seq, kind, v, mall, binding, recorded_at: entry.recordedAt, body, sha256, photos }
  return entry.photosLost?.length ? { ...sent, photos_lost: entry.photosLost } : sent
}

export const photosToSend = (entry) =>
  entry.photos.filter((hash) => !entry.photosLost?.includes(hash))

// The entries of the next request: oldest first, within the limits, of one mall.
// Those that drew no answer before come later and in smaller company, so that one
// entry the server chokes on never holds up the others.
export function nextBatch(entries, { mall, now, growth = 1, turns = new Map() }) {
  const ready = entries
    .filter((entry) => isReady(entry, mall, now) && (turns.get(entry.id) ?? 0) < TURNS_PER_RUN)
    .sort(inSendingOrder)
  const tries = ready[0]?.tries ?? 0
  const most = Math.min(LIMITS.entries, companySize(tries) * growth)
  return fitting(ready.filter((entry) => entry.tries === tries).slice(0, most))
}

function isReady(entry, mall, now) {
  if (entry.state !== "waiting" || entry.mall !== mall) return false
  const wait = (entry.notBefore ?? 0) - now
  return wait <= 0 || wait > LONGEST_WAIT_MS // the clock was moved: do not wait for it
}

function inSendingOrder(a, b) {
  return a.tries - b.tries || compare(a.origin, b.origin) || a.seq - b.seq
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

const companySize = (tries) => Math.max(1, LIMITS.entries >> (2 * Math.min(tries, 8)))

function fitting(entries) {
  const taken = []
  let [bytes, photos] = [0, 0]
  for (const entry of entries) {
    bytes += sizeOf(entry)
    photos += photosToSend(entry).length
    if (taken.length && (bytes > LIMITS.bytes || photos > LIMITS.photos)) break
    taken.push(entry)
  }
  return taken
}

const sizeOf = (entry) => new TextEncoder().encode(JSON.stringify(envelope(entry))).length + 1

// The entry after the server's result for it; null: drop it.
// Without a result that fits the entry nothing is known, so it stays as it was.
export function afterResult(entry, result, { epoch, now }) {
  const change = result && result.id === entry.id && AFTER[result.status]
  return change ? change(entry, result, { epoch, now }) : unanswered(entry)
}

const AFTER = {
  accepted: stored,
  duplicate: stored,
  held: stored,
  retry: kept,
  conflict: (entry) => refused(entry, { code: "conflict" }),
  rejected: (entry, result) => refused(entry, result.reason ?? { code: "rejected" }),
  gone: () => null,
}

function stored(entry, { status, receipt }, { epoch, now }) {
  const names = Number.isInteger(receipt?.ledger_seq) && receipt.sha256 === entry.sha256
  if (!names) return unanswered(entry)
  const state = status === "held" ? "held" : "received"
  return { ...entry, state, receipt: { ...receipt, epoch }, reason: null, verifiedAt: now }
}

function kept(entry, result, { now }) {
  const wait = Math.min((result.after_s ?? 0) * 1000, LONGEST_WAIT_MS)
  return { ...entry, tries: 0, notBefore: now + wait }
}

export function refused(entry, reason) {
  return { ...entry, state: "refused", reason }
}

// A request that carried this entry brought no answer: nothing is known.
export function unanswered(entry) {
  return { ...entry, tries: entry.tries + 1 }
}

// Out of the tray, to be sent again. Where a photo was the trouble, sending again
// is the person's word that it goes without: the server then flags `photo_lost`.
export function triedAgain(entry) {
  const lost = PHOTO_TROUBLE.has(entry.reason?.code) ? entry.reason.photos : []
  const photosLost = [...new Set([...(entry.photosLost ?? []), ...lost])]
  return { ...entry, state: "waiting", reason: null, tries: 0, notBefore: 0, photosLost }
}

export function photoTrouble(entry, code, hashes) {
  const lost = entry.reason?.code === code ? entry.reason.photos : []
  return refused(entry, { code, photos: [...new Set([...lost, ...hashes])] })
}

// The server has it, as far as this phone knows; held: a supervisor decides on it.
export const isStored = (entry) => entry.state === "received" || entry.state === "held"

// A server of another life, or one that says it does not have the entry, gets it again.
export const isForgotten = (entry, { epoch, missing = [] }) =>
  isStored(entry) && (entry.receipt.epoch !== epoch || missing.includes(entry.id))

export function waitingAgain(entry) {
  return { ...entry, state: "waiting", tries: 0, notBefore: 0 }
}

// Which received entries to ask the server about: those not asked about for longest.
export function toVerify(entries) {
  return [...entries]
    .sort((a, b) => (a.verifiedAt ?? 0) - (b.verifiedAt ?? 0))
    .slice(0, LIMITS.verify)
    .map((entry) => entry.id)
}

// Milliseconds until the next try of its own accord: doubling, jittered, at most
// 5 minutes, never before what the server asked for.
export function backOff(failures, random, afterSeconds = 0) {
  const full = Math.min(LONGEST_WAIT_MS, 2000 * 2 ** Math.min(failures, 10))
  return Math.max(afterSeconds * 1000, full * (0.5 + random / 2))
}
