import assert from "node:assert/strict"
import { test } from "node:test"

import { asks, bodyOf, missingIn, needsPhoto } from "../../static/doors/bodies.js"
import * as rules from "../../static/doors/rules.js"

const at = (clock, day = 21) => Date.parse(`2026-11-${day}T${clock}:00+08:00`)
const moment = (clock) => `2026-11-21T${clock}:00+08:00`
const unit = (no, more = {}) => ({ no, floor: "L1", zone: "L1-A", kind: "shop", tenant: { en: `Shop ${no}`, "zh-Hans": `九环${no}` }, ...more })

const known = (doors = {}, more = {}) => ({
  business_day: "2026-11-21", day_ends_at: "2026-11-22T05:00:00+08:00", server_time: moment("10:30"),
  units: [unit("1"), unit("2"), unit("3", { zone: "L1-B" }), unit("4", { floor: "L2" }), unit("5", { kind: "storage" })],
  doors: { opens_at: moment("10:00"), closes_at: moment("22:00"), units: {}, seen: { opening: {}, closing: {} }, ...doors },
  ...more,
})

const entry = (id, unitNo, more = {}) => ({
  id, kind: "door", state: "waiting", receipt: null, ...more,
  body: { unit: unitNo, event: "opening", status: "on_time", seen_at: moment("10:05"), how: "tap", ...more.body },
})
const received = (clock) => ({ state: "received", receipt: { received_at: moment(clock) } })
const withdrawal = (sighting, more = {}) => ({ id: `not ${sighting}`, kind: "door_withdrawal", state: "waiting", body: { sighting }, ...more })
const last = (pack, entries, no = "1", now = at("10:40")) =>
  rules.lastLook(rules.looksOf(pack, "opening", entries, now), no)

test("the clock says which round is on, by the mall's hours", () => {
  assert.equal(rules.eventAt(known(), at("09:50")), "opening")
  assert.equal(rules.eventAt(known(), at("15:59")), "opening")
  assert.equal(rules.eventAt(known(), at("16:01")), "closing")
  assert.equal(rules.eventAt(known(), at("01:00", 22)), "closing")
})

test("where no shop has to open the afternoon turns it", () => {
  const closed = known({ opens_at: null, closes_at: null })
  assert.equal(rules.eventAt(closed, at("15:59")), "opening")
  assert.equal(rules.eventAt(closed, at("16:01")), "closing")
})

test("a pack from yesterday still tells today's round, without yesterday's looks", () => {
  const old = known({ seen: { opening: { 1: { status: "on_time", at: moment("10:02"), by: "Lin" } }, closing: {} } })
  assert.equal(rules.roundOf(old, "opening", at("04:59", 22)), "doors.opening.2026-11-21")
  assert.equal(rules.roundOf(old, "opening", at("05:00", 22)), "doors.opening.2026-11-22")
  assert.equal(rules.eventAt(old, at("09:50", 22)), "opening")
  assert.equal(rules.plannedAt(old, "opening", at("09:50", 22)), at("10:00", 22))
  assert.equal(last(old, [], "1", at("09:50", 22)), null)
  assert.equal(last(old, []).by, "Lin")
})

test("an own tap shows at once, a colleague's by the pack, the later one decides", () => {
  const pack = known({ seen: { opening: { 1: { status: "not_open", at: moment("10:02"), by: "Lin" } }, closing: {} } })
  assert.equal(last(pack, []).status, "not_open")
  assert.equal(last(pack, [entry("a", "1")]).status, "on_time")
  const earlier = entry("a", "1", { body: { seen_at: moment("10:01") } })
  assert.equal(last(pack, [earlier]).by, "Lin")
})

test("the same entry in the pack and in the outbox is one look", () => {
  const pack = known({ seen: { opening: { 1: { status: "on_time", at: moment("10:05"), id: "a" } }, closing: {} } })
  const looks = rules.looksOf(pack, "opening", [entry("a", "1", received("10:29"))], at("10:40"))
  assert.equal(looks.get("1").length, 1)
})

test("what was taken back does not count, here or in the pack", () => {
  const pack = known({ seen: { opening: { 1: { status: "on_time", at: moment("10:05"), id: "a" } }, closing: {} } })
  assert.equal(last(pack, [withdrawal("a")]), null)
  assert.equal(last(known(), [entry("a", "1"), withdrawal("a")]), null)
  assert.equal(last(known(), [entry("a", "1"), withdrawal("a", { state: "refused" })]).id, "a")
})

test("the pack knows best what arrived before it, but not what was on its way", () => {
  assert.equal(last(known(), [entry("a", "1", received("10:10"))]), null)
  assert.equal(last(known(), [entry("a", "1", { ...received("10:29"), receipt: { received_at: "2026-11-21T10:29:30+08:00" } })]).id, "a")
  assert.equal(last(known(), [entry("a", "1", received("10:31"))]).id, "a")
  assert.equal(last(known(), [entry("a", "1", { state: "refused" })]), null)
  assert.equal(last(known(), [entry("a", "1", { ...received("10:31"), held: true })]), null)
})

test("one tap is for doors that are expected to open and not seen so yet", () => {
  const tappable = (door, status) => rules.isTappable(door, status && { status })
  assert.ok(tappable(unit("1")))
  assert.ok(tappable(unit("1"), "not_open"))
  assert.ok(tappable(unit("1"), "late_approved"))
  for (const status of ["on_time", "late", "closed", "early", "vacant"]) assert.ok(!tappable(unit("1"), status), status)
  assert.ok(!tappable(unit("1", { exempt: "vacant" })))
})

test("what need not open counts neither as seen nor as left", () => {
  const pack = known({ units: { 2: { exempt: "fitout" } } })
  const doors = rules.doorsOf(pack)
  const looks = rules.looksOf(pack, "opening", [entry("a", "1")], at("10:40"))
  assert.deepEqual(doors.map(({ no }) => no), ["1", "2", "3", "4"]) // a store has no door to open
  assert.deepEqual(rules.progress(doors, looks), { seen: 1, all: 3 })
  assert.ok(!rules.isUnseen(doors[1], looks))
})

test("a floor is listed by zone, from either end, all or what is left; a search looks everywhere", () => {
  const pack = known()
  const looks = rules.looksOf(pack, "opening", [entry("a", "1")], at("10:40"))
  const rows = (asked) =>
    rules.listed(rules.doorsOf(pack), looks, { floor: "L1", query: "", ...asked })
      .map(({ zone, rows: some }) => [zone, ...some.map(({ no }) => no)])
  assert.deepEqual(rows({}), [["L1-A", "1", "2"], ["L1-B", "3"]])
  assert.deepEqual(rows({ isReversed: true }), [["L1-B", "3"], ["L1-A", "2", "1"]])
  assert.deepEqual(rows({ unseenOnly: true }), [["L1-A", "2"], ["L1-B", "3"]])
  assert.deepEqual(rows({ query: "九环4" }), [["L1-A", "4"]])
  assert.deepEqual(rows({ query: "nothing" }), [])
})

test("the round is due around its hour, and late a quarter or half an hour after it", () => {
  assert.equal(rules.dueAt(known(), at("09:30")), null)
  assert.deepEqual(rules.dueAt(known(), at("09:50")), { event: "opening", from: at("10:00"), until: at("10:15") })
  assert.equal(rules.dueAt(known(), at("12:30")), null)
  assert.equal(rules.dueAt(known(), at("22:10")).until, at("22:30"))
  assert.equal(rules.dueAt(known({ opens_at: null, closes_at: null }), at("10:00")), null)
})

const draft = (more) => ({ unit: "1", event: "opening", seenAt: moment("10:20"), how: "tap", text: "", photos: [], ...more })

test("late, not open and early need a photo, the first two a reason", () => {
  assert.equal(missingIn(draft()), "status")
  assert.equal(missingIn(draft({ status: "on_time" })), null)
  assert.equal(missingIn(draft({ status: "late" })), "reason")
  assert.equal(missingIn(draft({ status: "not_open", reason: "unknown" })), "photo")
  assert.equal(missingIn(draft({ status: "not_open", reason: "unknown", photos: ["h"] })), null)
  assert.equal(missingIn(draft({ event: "closing", status: "early" })), "photo")
  assert.ok(needsPhoto(draft({ status: "on_time", tidy: "no" })))
})

test("a body holds what its state asks for, and nothing of another state", () => {
  const filled = { reason: "delivery", staff: "2", lights: "no", tidy: "yes", locked: "no", confirmed_by: " Wu ", text: " late ", photos: ["h"] }
  assert.deepEqual(bodyOf(draft({ status: "late", ...filled })), {
    unit: "1", event: "opening", status: "late", seen_at: moment("10:20"), how: "tap", note: "late", photos: ["h"],
    reason: "delivery", staff: 2, lights: false, tidy: true, confirmed_by: "Wu",
  })
  assert.deepEqual(bodyOf(draft({ event: "closing", status: "closed", locked: "no", staff: "", reason: "" })), {
    unit: "1", event: "closing", status: "closed", seen_at: moment("10:20"), how: "tap", note: "", photos: [], locked: false,
  })
  assert.deepEqual(Object.values(asks({ status: "vacant" })), [false, false, false, false, false])
})

test("a code on a door presets no case against its shop", () => {
  const preset = (event, clock) => rules.presetAt(known(), event, at(clock), "1")
  assert.deepEqual(["08:55", "10:20"].map((clock) => preset("opening", clock)), ["on_time", "on_time"])
  assert.deepEqual(["08:55", "21:59", "22:00"].map((clock) => preset("closing", clock)), [undefined, undefined, "closed"])
})
