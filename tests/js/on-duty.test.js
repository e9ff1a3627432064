import assert from "node:assert/strict"
import { test } from "node:test"

import { runs, shiftAt } from "../../static/floor/on-duty-rules.js"

const at = (clock) => Date.parse(`2026-11-21T${clock}:00+08:00`)
const shift = (id, from, to, next = null) => ({
  id, starts_at: `2026-11-21T${from}:00+08:00`, ends_at: `2026-11-21T${to}:00+08:00`, next,
})
const early = shift("early", "08:30", "15:30", shift("late", "16:00", "23:00"))

test("the shift that runs is on duty until it ends", () => {
  assert.equal(shiftAt(early, at("15:29")).id, "early")
  assert.equal(shiftAt(early, at("15:30")).id, "late")
})

test("between two shifts the next one is shown as to come", () => {
  const next = shiftAt(early, at("15:45"))
  assert.equal(next.id, "late")
  assert.equal(runs(next, at("15:45")), false)
  assert.equal(runs(next, at("16:00")), true)
})

test("a phone away for longer than its pack reaches, or without one, names nobody", () => {
  assert.equal(shiftAt(early, at("23:00")), null)
  assert.equal(shiftAt(undefined, at("10:00")), null)
})
