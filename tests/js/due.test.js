import assert from "node:assert/strict"
import { test } from "node:test"

import { placed, rowsOf } from "../../static/floor/due-rules.js"
import { findSpot, search } from "../../static/floor/spots.js"

const at = (clock) => Date.parse(`2026-11-21T${clock}:00+08:00`)
const round = (more = {}) => ({
  id: "r1", checklist: "opening", place: "L1-A", state: "due", walked: false,
  opens_at: "2026-11-21T08:50:00+08:00", late_after: "2026-11-21T09:10:00+08:00",
  due_at: "2026-11-21T09:45:00+08:00", closes_at: "2026-11-21T10:00:00+08:00", ...more,
})
const seen = (clock, mine = {}, more = {}, begun = new Map()) => {
  const [{ state, bucket }] = placed([round(more)], mine, at(clock), begun)
  return [state, bucket]
}

test("a round goes from later to next to now to late to over", () => {
  assert.deepEqual(seen("07:00"), ["due", "later"])
  assert.deepEqual(seen("08:00"), ["due", "next"])
  assert.deepEqual(seen("09:00"), ["due", "now"])
  assert.deepEqual(seen("09:11"), ["late", "now"])
  assert.deepEqual(seen("09:50"), ["late", "now"])
  assert.deepEqual(seen("10:01"), ["unknown", "unknown"])
})

test("only the server says that a round was missed", () => {
  assert.deepEqual(seen("10:01", {}, { state: "missed" }), ["missed", "missed"])
  for (const state of ["due", "late", "unknown"]) {
    assert.deepEqual(seen("10:01", {}, { state }), ["unknown", "unknown"])
  }
})

test("what a colleague walked late is done, and what is late and open is not", () => {
  for (const clock of ["09:11", "09:50", "10:01"]) {
    assert.deepEqual(seen(clock, {}, { state: "late", walked: true }), ["done", "done"])
  }
  assert.deepEqual(seen("09:30", {}, { state: "late" }), ["late", "now"])
})

test("what was begun in time goes on until its window closes", () => {
  const begun = (clock) => new Map([["r1", `2026-11-21T${clock}:00+08:00`]])
  assert.deepEqual(seen("09:50", {}, {}, begun("09:05")), ["due", "now"])
  assert.deepEqual(seen("09:50", {}, {}, begun("09:20")), ["late", "now"])
  assert.deepEqual(seen("10:01", {}, {}, begun("09:05")), ["unknown", "unknown"])
})

test("what is on this phone shows at once, whatever the server said last", () => {
  assert.deepEqual(seen("10:01", { r1: "waiting" }), ["waiting", "done"])
  assert.deepEqual(seen("10:01", { r1: "waiting" }, { state: "missed" }), ["waiting", "done"])
  assert.deepEqual(seen("09:00", { r1: "received" }), ["done", "done"])
  assert.deepEqual(seen("09:00", { r1: "refused" }), ["wrong", "now"])
})

test("a pack of an older server still says what was done", () => {
  const old = { walked: undefined }
  assert.deepEqual(seen("09:00", {}, { ...old, state: "done" }), ["done", "done"])
  assert.deepEqual(seen("09:50", {}, { ...old, state: "late" }), ["late", "now"])
  assert.deepEqual(seen("10:01", {}, { ...old, state: "late" }), ["unknown", "unknown"])
})

test("many rounds alike become one row, few stay apart, the most urgent first", () => {
  const alike = [1, 2, 3, 4].map((n) => round({ id: `a${n}`, place: `L${n}` }))
  const late = round({ id: "late", checklist: "hygiene", late_after: "2026-11-21T09:00:00+08:00" })
  const rows = rowsOf(placed([...alike, late], {}, at("09:05")))
  assert.deepEqual(rows.map(({ rounds }) => rounds.length), [1, 4])
  assert.equal(rows[0].rounds[0].id, "late")
})

const pack = {
  places: [{ code: "L1-A", kind: "zone", floor: "L1", name: { en: "East atrium", "zh-Hans": "东中庭" } }],
  units: [
    { no: "L1-023", floor: "L1", tenant: { en: "Ninth Ring", "zh-Hans": "九环" } },
    { no: "L2-023", floor: "L2", tenant: null },
  ],
}

test("a spot is found by place code, unit number or shop name in any language", () => {
  assert.equal(findSpot(pack, "L1-023").kind, "unit")
  assert.equal(findSpot(pack, "nowhere"), null)
  assert.deepEqual(search(pack, ["unit"], "023").map(({ code }) => code), ["L1-023", "L2-023"])
  assert.deepEqual(search(pack, ["unit", "zone"], "九环").map(({ code }) => code), ["L1-023"])
  assert.deepEqual(search(pack, ["zone"], "L1-023"), [])
})
