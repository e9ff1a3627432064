import assert from "node:assert/strict"
import { test } from "node:test"

import { placed, rowsOf } from "../../static/floor/due-rules.js"
import { findSpot, search } from "../../static/floor/spots.js"

const at = (clock) => Date.parse(`2026-11-21T${clock}:00+08:00`)
const round = (more = {}) => ({
  id: "r1", checklist: "opening", place: "L1-A", state: "due",
  opens_at: "2026-11-21T08:50:00+08:00", due_at: "2026-11-21T09:45:00+08:00",
  closes_at: "2026-11-21T10:00:00+08:00", ...more,
})
const seen = (clock, mine = {}, more = {}) => {
  const [{ state, bucket }] = placed([round(more)], mine, at(clock))
  return [state, bucket]
}

test("a round goes from later to next to now to late to missed", () => {
  assert.deepEqual(seen("07:00"), ["due", "later"])
  assert.deepEqual(seen("08:00"), ["due", "next"])
  assert.deepEqual(seen("09:00"), ["due", "now"])
  assert.deepEqual(seen("09:50"), ["late", "now"])
  assert.deepEqual(seen("10:01"), ["missed", "missed"])
})

test("what is on this phone shows at once, whatever the server said last", () => {
  assert.deepEqual(seen("10:01", { r1: "waiting" }), ["waiting", "done"])
  assert.deepEqual(seen("09:00", { r1: "received" }), ["done", "done"])
  assert.deepEqual(seen("09:00", { r1: "refused" }), ["wrong", "now"])
  assert.deepEqual(seen("09:00", {}, { state: "done" }), ["done", "done"])
})

test("many rounds alike become one row, few stay apart, the most urgent first", () => {
  const alike = [1, 2, 3, 4].map((n) => round({ id: `a${n}`, place: `L${n}` }))
  const late = round({ id: "late", checklist: "hygiene", due_at: "2026-11-21T09:00:00+08:00" })
  const rows = rowsOf(placed([...alike, late], {}, at("09:30")))
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
