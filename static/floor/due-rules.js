// What is due in which order, grouped so that an officer with dozens can read it. Pure.

const NEXT_MS = 60 * 60_000
const HURRY_MS = 15 * 60_000
const MANY = 4 // this many alike and more become one row that opens

export const BUCKETS = ["now", "next", "missed", "unknown", "later", "done"]

// `mine`: {round id: state of its entry on this phone}; `begun`: round id → when it was started
// here. Adds `state`, `lateAt`, `bucket`, `isSoon`, `isBegun`.
export function placed(rounds, mine, now, begun = new Map()) {
  return rounds.map((round) => {
    const lateAt = lateAtOf(round, begun.get(round.id))
    const state = stateOf({ ...round, lateAt }, mine[round.id], now)
    const isSoon = state === "due" && Date.parse(lateAt) - now <= HURRY_MS
    return { ...round, state, lateAt, isSoon, isBegun: begun.has(round.id), bucket: bucketOf(round, state, now) }
  })
}

// By anybody, as the server said; packs of older servers told it in the state alone.
export const isWalked = ({ walked, state }) => walked ?? state === "done"

// It must begin in time, and what did may go on until the window closes.
function lateAtOf({ late_after: lateAfter, closes_at: closes }, begunAt) {
  return begunAt && Date.parse(begunAt) <= Date.parse(lateAfter) ? closes : lateAfter
}

// Once it is over only the server can say that nobody did it: another phone may hold it.
function stateOf(round, entryState, now) {
  if (entryState === "refused") return "wrong"
  if (entryState === "received" || isWalked(round)) return "done"
  if (entryState) return "waiting"
  if (now > Date.parse(round.closes_at)) return round.state === "missed" ? "missed" : "unknown"
  return now <= Date.parse(round.lateAt) ? "due" : "late"
}

function bucketOf(round, state, now) {
  if (state === "waiting") return "done"
  if (BUCKETS.includes(state)) return state
  const opensIn = Date.parse(round.opens_at) - now
  if (opensIn <= 0) return "now"
  return opensIn <= NEXT_MS ? "next" : "later"
}

// Rows of one bucket: {key, rounds}; those alike in checklist, window and state together.
export function rowsOf(rounds) {
  const alike = new Map()
  for (const round of [...rounds].sort(byUrgency)) {
    const key = [round.checklist, round.opens_at, round.lateAt, round.state].join("|")
    alike.set(key, [...(alike.get(key) ?? []), round])
  }
  return [...alike].flatMap(([key, group]) =>
    group.length >= MANY ? [{ key, rounds: group }] : group.map((one) => ({ key: one.id, rounds: [one] })),
  )
}

const URGENCY = { wrong: 0, late: 1, due: 2 }

function byUrgency(a, b) {
  const [first, second] = [a, b].map(({ state }) => URGENCY[state] ?? 3)
  return first - second || Date.parse(a.lateAt) - Date.parse(b.lateAt)
}
