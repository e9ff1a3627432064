import assert from "node:assert/strict"
import { test } from "node:test"

import { changed, FRESH, restAccepted, shownIn } from "../../static/handovers/draft.js"
import * as rules from "../../static/handovers/rules.js"

const moment = (clock) => `2026-11-21T${clock}:00+08:00`
const at = (clock) => Date.parse(moment(clock))
const GOING = { id: "1", role: "supervisor", leads: true }
const COMING = { id: "2", role: "supervisor", leads: true }
const OFFICER = { id: "3", role: "officer", leads: false }
const LINES = [{ key: "finding:a", kind: "finding", severity: "S1" }, { key: "asset:keys", kind: "asset" }]

const side = ({ standing, may, snapshot, ...more } = {}) => ({
  shift: { id: "early.20261121", ends_at: moment("15:00") }, digest: "d1", lines: LINES, silence: [],
  snapshot: {
    people: { on: [{ id: "1", lead: true }] }, next_shift: { id: "late.20261121", people: [{ id: "2" }, { id: "3" }] },
    rounds: { lines: [{ key: "round:x", state: "missed" }, { key: "round:y", state: "unknown" }] },
    assets: [{ key: "asset:keys", code: "keys", expected: 12 }], ...snapshot,
  },
  standing: { state: "open", signed_by: null, unanswered: [], ...standing }, may: { sign: true, accept: true, ...may }, ...more,
})
const signed = (more) => side({ ...more, standing: { state: "signed", signed_by: { id: "1" }, unanswered: ["finding:a", "asset:keys"], ...more?.standing } })
const entry = (kind, body = {}, more = {}) =>
  ({ kind, state: "waiting", receipt: null, body: { shift: "early.20261121", digest: "d1", ...body }, ...more })
const accepted = (lines, more) => entry("handover_accept", { verdict: "accept", lines }, more)
const ALL = { "finding:a": "accepted", "asset:keys": "accepted" }

const told = (parts) => ({ outgoing: null, incoming: null, server_time: moment("14:30"), ...parts })
const giving = (one = side(), entries = [], me = GOING) => rules.sidesOf(told({ outgoing: one }), entries, me, null).outgoing
const taking = (one = signed(), entries = [], me = COMING, read = null) => rules.sidesOf(told({ incoming: one }), entries, me, read).incoming
const called = (sides, me, clock = "14:30") => rules.calls({ outgoing: null, incoming: null, ...sides }, me, at(clock)).map(({ what }) => what)

test("the lead is called to sign in the last hour, others of the shift are not", () => {
  assert.deepEqual(called({ outgoing: giving() }, GOING, "13:59"), [])
  assert.deepEqual(called({ outgoing: giving() }, GOING, "14:00"), ["sign"])
  assert.deepEqual(called({ outgoing: giving() }, OFFICER), [])
  const leaderless = side({ snapshot: { people: { on: [{ id: "3" }] } } })
  assert.deepEqual(called({ outgoing: giving(leaderless) }, OFFICER), ["sign"])
})

test("what is signed on this phone is not asked for again, before the server tells it too", () => {
  const waiting = giving(side(), [entry("handover_sign")])
  assert.equal(waiting.mode, "read")
  assert.equal(waiting.here.state, "waiting")
  const sent = entry("handover_sign", {}, { state: "received", receipt: { received_at: moment("14:40") } })
  assert.equal(giving(side(), [sent]).mode, "read")
})

test("a refused handover is signed anew, though an older signature lies here", () => {
  const old = entry("handover_sign", {}, { state: "received", receipt: { received_at: moment("14:20") } })
  const again = giving(side({ standing: { state: "refused" } }), [old])
  assert.equal(again.mode, "sign")
  assert.deepEqual(called({ outgoing: again }, GOING, "12:00"), ["sign"])
})

test("what the server holds for a supervisor counts for nothing", () => {
  const held = entry("handover_sign", {}, { state: "received", held: true, receipt: { received_at: moment("14:40") } })
  assert.equal(giving(side(), [held]).mode, "sign")
})

test("the same person does not both sign and accept, also before the server knows", () => {
  const own = taking(side(), [entry("handover_sign")])
  assert.deepEqual([own.hasSigned, own.mode], [true, "read"])
  assert.equal(taking(signed(), [], GOING).mode, "read")
  const both = giving(side(), [accepted(ALL)])
  assert.deepEqual([both.hasAccepted, both.mode], [true, "read"])
})

test("who comes reads first; the lead then accepts, the others are done", () => {
  assert.deepEqual(called({ incoming: taking() }, COMING), ["read"])
  const read = { shift: "early.20261121", digest: "d1" }
  assert.deepEqual(called({ incoming: taking(signed(), [], COMING, read) }, COMING), ["accept"])
  const officers = taking(signed(), [], OFFICER, read)
  assert.equal(officers.mode, "offered")
  assert.deepEqual(called({ incoming: officers }, OFFICER), [])
})

test("who is on no list of the next shift is not called; where nobody is, all are", () => {
  const stranger = { ...COMING, id: "9" }
  assert.deepEqual(called({ incoming: taking(signed(), [], stranger) }, stranger), [])
  const unrostered = signed({ snapshot: { next_shift: { id: "late.20261121", people: [] } } })
  assert.deepEqual(called({ incoming: taking(unrostered, [], stranger) }, stranger), ["read"])
})

test("a draft that was read is read again once other contents were signed", () => {
  const read = { shift: "early.20261121", digest: "d0" }
  assert.equal(taking(side(), [], OFFICER, read).isRead, true)
  assert.equal(taking(signed(), [], OFFICER, read).isRead, false)
  assert.equal(taking(signed(), [], OFFICER, { ...read, digest: "d1" }).isRead, true)
  assert.equal(taking(signed(), [], OFFICER, { ...read, shift: "night.20261120" }).isRead, false)
})

test("a round asks for what was not read, and no longer once it was accepted", () => {
  const sides = { outgoing: null, incoming: taking(signed(), [], OFFICER) }
  assert.equal(rules.unread(sides, OFFICER)?.digest, "d1")
  assert.equal(rules.unread(sides, { ...OFFICER, id: "9" }), null)
  const closed = taking(signed({ standing: { state: "accepted", unanswered: [] } }), [], OFFICER)
  assert.equal(rules.unread({ incoming: closed }, OFFICER), null)
})

test("an acceptance without network counts here at once, of an unsigned one too", () => {
  for (const one of [signed(), side()]) {
    const mine = taking(one, [accepted(ALL)])
    assert.deepEqual([mine.isDone, mine.isRead, mine.left, mine.mode], [true, true, [], "read"])
  }
})

test("lines that came with the signature are asked for on their own", () => {
  const later = taking(signed({ standing: { unanswered: ["asset:keys"] } }), [accepted({ "finding:a": "accepted" })])
  assert.deepEqual([later.isDone, later.left, later.mode], [false, ["asset:keys"], "accept"])
})

test("a handover refused here is neither asked for again nor shut away", () => {
  const refused = taking(signed(), [entry("handover_accept", { verdict: "refuse", lines: {} })])
  assert.deepEqual([refused.isRead, refused.mode], [true, "accept"])
  assert.deepEqual(called({ incoming: refused }, COMING), [])
})

const ready = { reasons: { "round:x": "alarm on L2" }, counts: { keys: { count: "12" } }, remarks: " ", silence_confirmed: false }
const missing = (draft, one = side()) => rules.missingToSign(one, { ...ready, ...draft })

test("a signature wants reasons, counts, words for a difference and a look at silence", () => {
  assert.equal(missing({}), null)
  assert.deepEqual(missing({ reasons: { "round:x": " " } }), { what: "reason", key: "round:x" })
  assert.deepEqual(missing({ counts: {} }), { what: "count", key: "asset:keys" })
  assert.deepEqual(missing({ counts: { keys: { count: "a few" } } }), { what: "count", key: "asset:keys" })
  assert.deepEqual(missing({ counts: { keys: { count: "11" } } }), { what: "note", key: "asset:keys" })
  assert.equal(missing({ counts: { keys: { count: "11", note: "at the cleaners" } } }), null)
  const silent = side({ silence: [{ person: { name: "Lin" } }] })
  assert.deepEqual(missing({}, silent), { what: "silence" })
  assert.equal(missing({ silence_confirmed: true }, silent), null)
})

test("what is signed is what was on the screen", () => {
  const body = rules.signature(side(), { ...ready, counts: { keys: { count: " 11 ", note: " lent " } }, reasons: { "round:x": " alarm ", "round:y": "" } })
  assert.deepEqual(body, {
    shift: "early.20261121", snapshot: side().snapshot, digest: "d1", reasons: { "round:x": "alarm" },
    counts: { keys: { count: 11, note: "lent" } }, remarks: "", next_shift: "late.20261121", silence_confirmed: true,
  })
})

test("each line is answered, and a reservation says what it is", () => {
  const mine = taking()
  const lacks = (lines, notes = {}) => rules.missingToAccept(mine, { lines, notes })
  assert.deepEqual(lacks({}), { what: "answer", key: "finding:a" })
  assert.deepEqual(lacks({ ...ALL, "asset:keys": "reserved" }), { what: "note", key: "asset:keys" })
  assert.equal(lacks(ALL), null)
})

test("an acceptance says nothing of lines that are not on the screen", () => {
  const lines = { "finding:a": "reserved", "asset:keys": "accepted", "finding:gone": "accepted" }
  const body = rules.acceptance(taking(), { lines, notes: { "finding:a": " still open ", "asset:keys": "?" } })
  assert.deepEqual(body.lines, { "finding:a": "reserved", "asset:keys": "accepted" })
  assert.deepEqual(body.notes, { "finding:a": "still open" })
  assert.deepEqual([body.verdict, body.digest, body.reason], ["accept", "d1", ""])
  assert.deepEqual(rules.refusal(taking(), " float short "), { shift: "early.20261121", digest: "d1", verdict: "refuse", lines: {}, notes: {}, reason: "float short" })
})

test("news are the lines that came or changed since", () => {
  const fresh = side({ lines: [{ ...LINES[0], overdue: true }, LINES[1], { key: "round:z" }] })
  assert.deepEqual(rules.newKeys(side(), fresh), ["finding:a", "round:z"])
  assert.deepEqual(rules.newKeys(fresh, fresh), [])
})

test("every field of a line finds its way into the draft and back", () => {
  let [sign, accept] = [structuredClone(FRESH.sign), structuredClone(FRESH.accept)]
  const fill = (draft, ...args) => ({ ...draft, ...changed(draft, ...args) })
  sign = fill(fill(sign, "count", "11", "asset:keys"), "count_note", "lent", "asset:keys")
  sign = fill(fill(sign, "reason", "alarm", "round:x"), "remarks", "quiet")
  accept = fill(fill(accept, "answer", "reserved", "finding:a"), "note", "why", "finding:a")
  assert.deepEqual(sign, { reasons: { "round:x": "alarm" }, counts: { keys: { count: "11", note: "lent" } }, remarks: "quiet", silence_confirmed: false })
  assert.deepEqual(["count", "count_note"].map((field) => shownIn(sign, field, "asset:keys")), ["11", "lent"])
  assert.deepEqual([shownIn(sign, "reason", "round:x"), shownIn(sign, "remarks")], ["alarm", "quiet"])
  assert.deepEqual(["answer", "note"].map((field) => shownIn(accept, field, "finding:a")), ["reserved", "why"])
  assert.deepEqual(restAccepted(accept, ["finding:a", "asset:keys"]).lines, { "finding:a": "reserved", "asset:keys": "accepted" })
})
