// What this phone knows of each door, which round is on, and what a look must say. Pure.
// A look: {status, at, id (own ones), by (others'), how}; a door: a unit of the round.

export const TAP = { opening: "on_time", closing: "closed" }
export const STATUSES = {
  opening: ["on_time", "late", "not_open", "approved_closure", "fitout", "vacant"],
  closing: ["closed", "early", "late_approved", "late_unapproved", "approved_closure", "fitout", "vacant"],
}
// Nothing more is to be seen at such a door: a second tap would say nothing new.
const SETTLED = new Set(["on_time", "late", "closed", "early", "approved_closure", "fitout", "vacant"])
const MINUTE = 60_000
const DAY_MS = 24 * 60 * MINUTE
const MIDDLE_BEFORE_END_MS = 13 * 60 * MINUTE // where no shop has to open: late afternoon
const IN_FLIGHT_MS = MINUTE // the pack may miss what arrived while it was made

// Whole days since the pack's own, where there was no signal overnight.
const daysBehind = ({ day_ends_at: end }, now) => Math.max(0, Math.floor((now - Date.parse(end)) / DAY_MS) + 1)

function dayAt(known, now) {
  const day = new Date(`${known.business_day}T00:00Z`)
  day.setUTCDate(day.getUTCDate() + daysBehind(known, now))
  return day.toISOString().slice(0, 10)
}

// Under this name the outbox finds what belongs to a round.
export const roundOf = (known, event, now) => `doors.${event}.${dayAt(known, now)}`

// When a door, or most of them, must open or close (ms); null: not that day.
export function plannedAt(known, event, now, no) {
  const hours = known.doors.units[no] ?? known.doors
  const at = hours[event === "opening" ? "opens_at" : "closes_at"]
  return at ? Date.parse(at) + daysBehind(known, now) * DAY_MS : null
}

export const hasOwnHours = ({ doors }, no) => Boolean(doors.units[no]?.opens_at)

// Opening until the middle between opening and closing, then closing.
export function eventAt(known, now) {
  const [opens, closes] = ["opening", "closing"].map((event) => plannedAt(known, event, now))
  const end = Date.parse(known.day_ends_at) + daysBehind(known, now) * DAY_MS
  const middle = opens ? (opens + closes) / 2 : end - MIDDLE_BEFORE_END_MS
  return now < middle ? "opening" : "closing"
}

// What the code on a door presets: as one tap, but nothing that would be a case against the shop.
export function presetAt(known, event, now, no) {
  return event === "closing" && now < plannedAt(known, event, now, no) ? undefined : TAP[event]
}

const BEFORE_MS = 15 * MINUTE
const ROUND_MS = { opening: 15 * MINUTE, closing: 30 * MINUTE } // domain 4.5
const SHOWN_MS = 2 * 60 * MINUTE

// The round that is to be walked about now: {event, from, until}, in ms; or null.
export function dueAt(known, now) {
  const event = eventAt(known, now)
  const from = plannedAt(known, event, now)
  const isShown = from && now > from - BEFORE_MS && now < from + SHOWN_MS
  return isShown ? { event, from, until: from + ROUND_MS[event] } : null
}

// In walking order, with why nobody expects one to be open.
export function doorsOf({ units, doors }) {
  return units.filter(({ kind }) => kind !== "storage").map((unit) => ({ ...unit, exempt: doors.units[unit.no]?.exempt }))
}

// By unit number the looks that count, oldest first. entries: own ones of this round, read.
export function looksOf(known, event, entries, now) {
  const seen = daysBehind(known, now) ? {} : known.doors.seen[event]
  const told = new Set(Object.values(seen).map(({ id }) => id).filter(Boolean))
  const undone = new Set(entries.filter(isWithdrawal).map(({ body }) => body.sighting))
  const own = entries.filter((entry) => entry.kind === "door" && !told.has(entry.id) && isNews(entry, known))
  const all = [...Object.entries(seen), ...own.map((entry) => [entry.body.unit, lookOf(entry)])]
  const looks = new Map()
  for (const [no, look] of all.filter(([, { id }]) => !undone.has(id))) add(looks, no, look)
  return looks
}

const isWithdrawal = ({ kind, state }) => kind === "door_withdrawal" && state !== "refused"
const lookOf = ({ id, body }) => ({ id, status: body.status, at: body.seen_at, how: body.how })

// What the server took in before it made the pack is in there, if it counts.
function isNews({ state, held, receipt }, { server_time: made }) {
  if (state === "waiting") return true
  return state === "received" && !held && Date.parse(receipt.received_at) > Date.parse(made) - IN_FLIGHT_MS
}

export function add(looks, no, look) {
  const all = [...(looks.get(no) ?? []), look]
  looks.set(no, all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)))
}

export function remove(looks, no, id) {
  looks.set(no, (looks.get(no) ?? []).filter((look) => look.id !== id))
}

export const lastLook = (looks, no) => looks.get(no)?.slice(-1)[0] ?? null

// One tap says something of a door that is expected to open and is not seen so yet.
export function isTappable({ exempt }, look) {
  return look ? !SETTLED.has(look.status) : !exempt
}

export const isUnseen = ({ no, exempt }, looks) => !exempt && !lastLook(looks, no)

// {seen, all}: those that need not open are no part of it.
export function progress(doors, looks) {
  const all = doors.filter(({ exempt }) => !exempt)
  return { seen: all.filter(({ no }) => lastLook(looks, no)).length, all: all.length }
}

// The rows to show, by zone: a floor, or what fits the words typed; the other way round if wished.
export function listed(doors, looks, { floor, query, unseenOnly, isReversed }) {
  const wanted = query.normalize("NFKC").trim().toLowerCase()
  const fits = wanted ? (door) => says(door, wanted) : (door) => door.floor === floor
  const chosen = doors.filter((door) => fits(door) && !(unseenOnly && !isUnseen(door, looks)))
  const zones = new Map()
  for (const door of isReversed ? chosen.reverse() : chosen) zones.set(door.zone, [...(zones.get(door.zone) ?? []), door])
  return [...zones].map(([zone, rows]) => ({ zone, rows }))
}

const says = ({ no, tenant }, wanted) =>
  [no, ...Object.values(tenant ?? {})].some((text) => text.toLowerCase().includes(wanted))
