// How findings stand on this phone: as the walk pack says, moved on by what was done here
// since. Who may take which step is the pack's own table (`finding_steps`). Pure.

const CLOSED = new Set(["verified", "fixed_on_spot", "void"])
const SILENT = new Set(["comment", "seen_again"]) // say nothing about having taken note

export const isClosed = ({ state }) => CLOSED.has(state)

// entries: own `finding` and `finding_update` entries, oldest first, bodies read.
export function standings(known, entries) {
  const found = new Map(known.findings.map((one) => [one.id, one]))
  for (const entry of entries.filter((one) => isNews(one, known))) {
    const { id } = entry
    if (entry.kind === "finding") found.set(id, found.get(id) ?? opened(entry, known))
    const one = found.get(entry.body.finding)
    if (one) found.set(one.id, taken(one, entry, known.finding_steps))
  }
  return [...found.values()]
}

// The pack knows what the server had taken in before it was made; what is held moves nothing.
function isNews({ state, held, receipt }, { server_time: made }) {
  if (state === "waiting") return true
  return state === "received" && !held && Date.parse(receipt.received_at) > Date.parse(made)
}

function opened({ id, body, recordedAt, state, receipt }, { categories }) {
  const called = categories.find(({ code }) => code === body.category)?.team
  return {
    ...body, id, number: receipt && String(receipt.ledger_seq), state: body.fixed_on_spot ? "fixed_on_spot" : "open",
    team: body.team ?? called, photos: body.photos.length, opened_at: recordedAt, opened_by_me: true,
    waits: state === "waiting",
  }
}

function taken(one, { body, recordedAt: at, state }, steps) {
  const { from, to } = steps[body.step]
  const noted = { ...one, waits: one.waits || state === "waiting" }
  if (!from.includes(one.state)) return noted.waits ? { ...noted, contradicted: true } : one // in the pack already
  const resumed = to && one.waiting_since ? goesOn(one, at) : {}
  return {
    ...noted, ...resumed, ...(to && { state: to, contradicted: false }),
    acknowledged: one.acknowledged || !SILENT.has(body.step), ...CHANGES[body.step]?.(body, at, one),
  }
}

// The clock stood still meanwhile, so the limit moves on.
function goesOn({ fix_by: by, waiting_since: since }, at) {
  const moved = by && new Date(Date.parse(by) + Date.parse(at) - Date.parse(since)).toISOString()
  return { fix_by: moved, waiting_since: undefined, waiting_for: undefined }
}

const CHANGES = {
  wait: ({ waiting_for }, at) => ({ waiting_for, waiting_since: at }),
  fix: () => ({ fixed_by_me: true }),
  reject: () => ({ fixed_by_me: false }),
  assign: ({ team }) => ({ team: team ?? undefined, assigned_to_me: false }),
  prioritise: ({ severity }) => ({ severity }),
  seen_again: (_body, _at, { seen_again: times = 0 }) => ({ seen_again: times + 1 }),
}

// The names of the steps this person may take now.
export function allowed(finding, steps, { role, team }) {
  const isOthers = role === "team" && finding.team !== team
  return Object.keys(steps).filter((name) => {
    const { from, roles, not_if: bar } = steps[name]
    const isDone = name === "acknowledge" && finding.acknowledged
    return from.includes(finding.state) && roles.includes(role) && !isOthers && !isDone && !finding[bar]
  })
}

// What a step still needs: names as in the table; after-photos only where there was a photo.
export function lacking({ needs }, { photos, ...fields }, finding) {
  return needs.filter((need) => {
    return need === "after_photo" ? finding.photos > 0 && !photos.length : !fields[need]?.trim()
  })
}

export const LISTS = {
  mine: (one) => one.assigned_to_me || one.opened_by_me || one.fixed_by_me,
  team: (one, { team }) => (one.team ?? null) === team,
  all: () => true,
}

// By urgency: what is overdue, what has time, what waits or stands to be re-checked.
export function listed(findings, list, person, now) {
  const chosen = findings.filter((one) => !isClosed(one) && LISTS[list](one, person))
  return chosen.sort((a, b) => rank(a, now) - rank(b, now) || dueOf(a) - dueOf(b) || order(a.severity, b.severity))
}

// "overdue" · "due" · "fixed" · "waiting"
export function urgency({ state, fix_by: by }, now) {
  if (state === "waiting" || state === "fixed") return state
  return by && Date.parse(by) < now ? "overdue" : "due"
}

const RANKS = ["overdue", "due", "fixed", "waiting"]
const rank = (one, now) => RANKS.indexOf(urgency(one, now))
const dueOf = ({ fix_by: by, opened_at: at }) => Date.parse(by ?? at)
const order = (a, b) => (a < b ? -1 : Number(a > b))

// The open findings of one checklist at one place, by item code.
export function stillOpen(findings, { checklist, place }) {
  const here = findings.filter((one) => one.checklist === checklist && (one.unit ?? one.place) === place && !isClosed(one))
  const found = new Map()
  for (const one of here) found.set(one.item, [...(found.get(one.item) ?? []), one])
  return found
}
