// What is due in which order, grouped so that an officer with dozens can read it. Pure.

const NEXT_MS = 60 * 60_000
const HURRY_MS = 15 * 60_000
const MANY = 4 // this many alike and more become one row that opens

export const BUCKETS = ["now", "next", "missed", "later", "done"]

// `mine`: {round id: state of its entry on this phone}. Adds `state`, `bucket`, `isSoon`.
export function placed(rounds, mine, now) {
  return rounds.map((round) => {
    const state = stateOf(round, mine[round.id], now)
    const isSoon = state === "due" && Date.parse(round.due_at) - now <= HURRY_MS
    return { ...round, state, isSoon, bucket: bucketOf(round, state, now) }
  })
}

function stateOf(round, entryState, now) {
  if (entryState === "refused") return "wrong"
  if (entryState === "received" || round.state === "done") return "done"
  if (entryState) return "waiting"
  if (now <= Date.parse(round.due_at)) return "due"
  return now <= Date.parse(round.closes_at) ? "late" : "missed"
}

function bucketOf(round, state, now) {
  if (state === "done" || state === "waiting") return "done"
  if (state === "missed") return "missed"
  const opensIn = Date.parse(round.opens_at) - now
  if (opensIn <= 0) return "now"
  return opensIn <= NEXT_MS ? "next" : "later"
}

// Rows of one bucket: {key, rounds}; those alike in checklist, window and state together.
export function rowsOf(rounds) {
  const alike = new Map()
  for (const round of [...rounds].sort(byUrgency)) {
    const key = [round.checklist, round.opens_at, round.due_at, round.state].join("|")
    alike.set(key, [...(alike.get(key) ?? []), round])
  }
  return [...alike].flatMap(([key, group]) =>
    group.length >= MANY ? [{ key, rounds: group }] : group.map((one) => ({ key: one.id, rounds: [one] })),
  )
}

const URGENCY = { wrong: 0, late: 1, due: 2 }

function byUrgency(a, b) {
  const [first, second] = [a, b].map(({ state }) => URGENCY[state] ?? 3)
  return first - second || Date.parse(a.due_at) - Date.parse(b.due_at)
}
