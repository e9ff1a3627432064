import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { missing, needsPhoto, openBecause, progress, toBody } from "../../static/checklists/answers.js"
import { judge, meterChange } from "../../static/checklists/judge.js"

const known = { previous: { V04: { value: 100, at: 0 } }, planTimes: { on: "00:05" } }
const rule = (type, more = {}) => ({ code: "X", type, ...more })
const verdict = (type, more, answer) => judge(rule(type, more), answer, known)

const JUDGED = [
  ["a tick", "pass_fail", {}, { value: "fail" }, "fail"],
  ["n.a. of any type", "number", { min: 1 }, { value: "na" }, "na"],
  ["a number at the edge", "number", { min: 18, max: 28 }, { value: 28 }, "pass"],
  ["a number outside", "number", { min: 18, max: 28 }, { value: 28.1 }, "fail"],
  ["zero is an answer", "count", { max: 0 }, { value: 0 }, "pass"],
  ["nothing yet", "count", { max: 0 }, {}, null],
  ["a failing choice", "choice", { failing: ["loud"] }, { value: "loud" }, "fail"],
  ["in time", "time", { latest: "09:50" }, { value: "09:50" }, "pass"],
  ["too late", "time", { latest: "09:50" }, { value: "09:51" }, "fail"],
  ["near the plan, over midnight", "time", { plan: "on", tolerance_minutes: 10 }, { value: "23:55" }, "pass"],
  ["off the plan", "time", { plan: "on", tolerance_minutes: 10 }, { value: "00:16" }, "fail"],
  ["in the plan, past the latest", "time", { plan: "on", tolerance_minutes: 10, latest: "22:30" }, { value: "00:10" }, "pass"],
  ["past the latest, no plan", "time", { plan: "off", tolerance_minutes: 10, latest: "22:30" }, { value: "22:31" }, "fail"],
  ["a pair that must be equal", "count", { pair: { rule: "equal" } }, { value: 3, of: 4 }, "fail"],
  ["half a pair", "count", { pair: { rule: "equal" } }, { value: 3 }, null],
  ["fifteen minutes over midnight", "time", { pair: { rule: "minutes", limit: 15 } }, { value: "23:50", of: "00:05" }, "pass"],
  ["words never fail", "text", {}, { value: "=1+1" }, "pass"],
]

for (const [name, type, more, answer, expected] of JUDGED) {
  test(`judged: ${name}`, () => assert.equal(verdict(type, more, answer), expected))
}

test("a meter below the previous reading fails and asks for a note", () => {
  const meter = rule("meter", { code: "V04" })
  assert.equal(judge(meter, { value: 99 }, known), "fail")
  assert.equal(openBecause(meter, { value: 99 }, known), "note")
  assert.equal(openBecause(meter, { value: 99, note: "new meter" }, known), null)
})

test("a change of meters is worked out per day", () => {
  const change = rule("pass_fail", { limits: { V04: 1 } })
  const twoDays = 2 * 86_400_000
  assert.equal(meterChange(change, { V04: { value: 102 } }, known, twoDays), "pass")
  assert.equal(meterChange(change, { V04: { value: 103 } }, known, twoDays), "fail")
  assert.equal(meterChange(change, {}, known, twoDays), null)
})

// The server is held to the same cases (tests/checklists/test_rules.py).
const PHOTO_RULES = new URL("../checklists/photo_rules.json", import.meta.url)
for (const { photo, type, answer, due } of JSON.parse(readFileSync(PHOTO_RULES))) {
  test(`a photo ${photo} of a ${type}: ${JSON.stringify(answer)}`, () => {
    assert.equal(openBecause(rule(type, { photo }), answer) === "photo", due)
  })
}

test("a photo is due after a fail where the rule says so", () => {
  const item = rule("pass_fail", { photo: "on_fail" })
  assert.equal(needsPhoto(item, { value: "pass" }), false)
  assert.equal(openBecause(item, { value: "fail" }), "photo")
  assert.equal(openBecause(item, { value: "fail", photos: ["a"] }), null)
})

test("an optional item may stay empty, but not half done", () => {
  const item = rule("text", { required: false, photo: "always" })
  assert.equal(openBecause(item, undefined), null)
  assert.equal(openBecause(item, { value: "seal 12" }), "photo")
  assert.equal(openBecause(item, { photos: ["a"] }), "value")
})

test("a signature is a name and a drawing", () => {
  const item = rule("signature")
  assert.equal(openBecause(item, { value: "Lin" }), "photo")
  assert.equal(openBecause(item, { value: "Lin", drawn: "a" }), null)
})

const definition = {
  sections: [
    { items: [{ code: "A", type: "pass_fail" }, { code: "B", type: "text", required: false }] },
    { applies_to: ["zone"], items: [{ code: "C", type: "count" }] },
  ],
}

test("sections that do not fit the place are neither open nor sealed", () => {
  const answers = { A: { value: "pass" }, C: { value: 2 } }
  assert.deepEqual(missing(definition, {}, "restroom", {}).map(({ code }) => code), ["A"])
  assert.deepEqual(missing(definition, {}, "zone", {}).map(({ code }) => code), ["A", "C"])
  const body = toBody({ answers, placeKind: "restroom" }, definition, "now")
  assert.deepEqual(Object.keys(body.answers), ["A"])
})

test("progress counts what must be answered and what was begun", () => {
  const { items } = definition.sections[0]
  assert.deepEqual(progress(items, {}), { answered: 0, all: 1 })
  assert.deepEqual(progress(items, { B: { value: "x" } }), { answered: 1, all: 2 })
})

test("the body holds what the protocol names and nothing of the draft", () => {
  const draft = {
    checklist: "opening", version: 1, place: "L1-A", round: null, startedAt: "then", placeKind: "zone",
    scroll: 40, aborted: "alarm",
    answers: { A: { value: "fail", note: " wet ", photos: ["p"], drawn: "s", auto: true, raw: undefined, fixed_on_spot: true, still_open: "f" } },
  }
  assert.deepEqual(toBody(draft, definition, "now"), {
    checklist: "opening", version: 1, place: "L1-A", round: null, started_at: "then", finished_at: "now",
    answers: { A: { value: "fail", note: "wet", photos: ["p", "s"], fixed_on_spot: true, still_open: "f" } },
    aborted: "alarm",
  })
})
