// What somebody has to do about handovers, as the server told it, moved on by what was signed
// and accepted on this phone since. Pure.

const LEADERS = new Set(["supervisor", "manager"])
const CLOSED = new Set(["accepted", "reserved", "stands"])
const SIGNABLE = new Set(["open", "refused", "sign_again"])
const SOON_MS = 60 * 60_000 // before the end of a shift its handover is asked for
const NUMBER = /^\d{1,9}$/

// told: {outgoing, incoming, server_time}; entries: own `handover_sign` and `handover_accept`,
// oldest first, bodies read; me: {id, role, leads}; read: what this person said to have read.
export function sidesOf({ outgoing, incoming, server_time: made }, entries, me, read) {
  const counting = entries.filter(({ held }) => !held)
  return {
    outgoing: outgoing && giving(outgoing, counting, me, made),
    incoming: incoming && taking(incoming, counting, me, read),
  }
}

const of = (entries, kind, { shift }) => entries.filter((one) => one.kind === kind && one.body.shift === shift.id)

// The server knew what it had taken in before it was asked.
const isNews = ({ state, receipt }, made) => state === "waiting" || Date.parse(receipt.received_at) > Date.parse(made)

// here: the signature that the server had not taken in; hasAccepted: then somebody else signs.
function giving(side, entries, me, made) {
  const here = of(entries, "handover_sign", side).filter((one) => isNews(one, made)).pop() ?? null
  const hasAccepted = of(entries, "handover_accept", side).some(({ body }) => body.verdict === "accept")
  const maySign = side.may.sign && SIGNABLE.has(side.standing.state) && !here && !hasAccepted
  return { ...side, here, hasAccepted, mode: maySign ? "sign" : "read" }
}

// left: the keys of lines that nobody answered, on this phone either. Who does not lead is only
// offered to accept.
function taking(side, entries, me, read) {
  const { standing, digest, lines } = side
  const mine = of(entries, "handover_accept", side)
  const hasSigned = standing.signed_by?.id === me.id || of(entries, "handover_sign", side).length > 0
  const answered = new Set(mine.flatMap(({ body }) => Object.keys(body.lines)))
  const keys = standing.state === "open" ? lines.map(({ key }) => key) : standing.unanswered
  const left = keys.filter((key) => !answered.has(key))
  const here = mine[mine.length - 1] ?? null
  const isDone = CLOSED.has(standing.state) || (mine.some(({ body }) => body.verdict === "accept") && !left.length)
  const isRead = isDone || hasSigned || here !== null || isReadOf(side, read, digest)
  const mayAccept = side.may.accept && !hasSigned && !isDone
  const mode = mayAccept ? (me.leads ? "accept" : "offered") : "read"
  return { ...side, here, hasSigned, left, isDone, isRead, mode }
}

// A draft that was read need not be read again until it is signed with other contents.
function isReadOf({ shift, standing }, read, digest) {
  return read?.shift === shift.id && (standing.state === "open" || read.digest === digest)
}

// Whether this person comes with the next shift; where nobody is rostered, everybody does.
function comes({ snapshot }, me) {
  const people = snapshot.next_shift?.people ?? []
  return !people.length || people.some(({ id }) => id === me.id)
}

// What to be called for, first things first: [{what: read · accept · sign, side}].
export function calls({ outgoing, incoming }, me, now) {
  const found = []
  if (outgoing?.mode === "sign" && isDueToSign(outgoing, me, now)) found.push({ what: "sign", side: outgoing })
  if (incoming && !incoming.isDone && comes(incoming, me)) {
    const accepts = incoming.mode === "accept" && incoming.here?.body.verdict !== "refuse"
    if (!incoming.isRead || accepts) found.push({ what: incoming.isRead ? "accept" : "read", side: incoming })
  }
  return found
}

// lead: {id} of the shift in question, or null where nobody leads.
export const isLead = (me, lead) => LEADERS.has(me.role) || !lead || lead.id === me.id

function isDueToSign({ shift, standing, snapshot }, me, now) {
  const soon = standing.state !== "open" || Date.parse(shift.ends_at) - now <= SOON_MS
  return soon && isLead(me, snapshot.people.on.find(({ lead }) => lead))
}

// The handover to be read before a round begins, or null.
export function unread({ incoming }, me) {
  return incoming && !incoming.isRead && comes(incoming, me) ? incoming : null
}

// -- Signing --------------------------------------------------------------------------

// The first thing a signature still needs: {what: reason · count · note · silence, key?}; or null.
export function missingToSign({ snapshot, silence }, draft) {
  const missed = snapshot.rounds.lines.find(({ key, state }) => state === "missed" && !draft.reasons[key]?.trim())
  if (missed) return { what: "reason", key: missed.key }
  for (const { key, code, expected } of snapshot.assets) {
    const { count = "", note = "" } = draft.counts[code] ?? {}
    if (!NUMBER.test(count.trim())) return { what: "count", key }
    if (Number(count) !== expected && !note.trim()) return { what: "note", key }
  }
  return silence.length && !draft.silence_confirmed ? { what: "silence" } : null
}

export function signature({ shift, snapshot, digest, silence }, { reasons, counts, remarks, silence_confirmed: seen }) {
  const counted = Object.entries(counts).filter(([, { count = "" }]) => NUMBER.test(count.trim()))
  return {
    shift: shift.id, snapshot, digest, reasons: filled(reasons), remarks: remarks.trim(),
    counts: Object.fromEntries(counted.map(([code, { count, note = "" }]) => [code, { count: Number(count), note: note.trim() }])),
    next_shift: snapshot.next_shift?.id ?? null, silence_confirmed: Boolean(seen) || !silence.length,
  }
}

const filled = (texts) =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.trim()]).filter(([, text]) => text))

// -- Accepting ------------------------------------------------------------------------

// The first line without an answer, or reserved without a note: {what: answer · note, key}; or null.
export function missingToAccept({ left }, { lines, notes }) {
  const key = left.find((one) => !lines[one] || (lines[one] === "reserved" && !notes[one]?.trim()))
  return key ? { what: lines[key] ? "note" : "answer", key } : null
}

export function acceptance({ shift, digest, lines: shown }, { lines, notes }) {
  const answers = shown.map(({ key }) => [key, lines[key]]).filter(([, answer]) => answer)
  const reserved = answers.filter(([, answer]) => answer === "reserved").map(([key]) => [key, notes[key] ?? ""])
  return {
    shift: shift.id, digest, verdict: "accept", lines: Object.fromEntries(answers),
    notes: filled(Object.fromEntries(reserved)), reason: "",
  }
}

export const refusal = ({ shift, digest }, reason) =>
  ({ shift: shift.id, digest, verdict: "refuse", lines: {}, notes: {}, reason: reason.trim() })

// The lines of what stands now that are not on the screen as they are.
export function newKeys(shown, fresh) {
  const before = new Map(shown.lines.map((line) => [line.key, JSON.stringify(line)]))
  return fresh.lines.filter((line) => before.get(line.key) !== JSON.stringify(line)).map(({ key }) => key)
}
