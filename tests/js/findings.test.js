import assert from "node:assert/strict"
import { test } from "node:test"

import { bodyOf, missingIn, OPERATIONS, updateOf } from "../../static/findings/bodies.js"
import { bodyOf as deliveryOf, missingIn as missingInDelivery, toDeliver } from "../../static/notices/rules.js"
import { allowed, lacking, listed, standings, stillOpen, urgency } from "../../static/findings/rules.js"

const MADE = "2026-11-21T10:00:00+08:00"
const ACTIVE = ["open", "assigned", "in_progress", "waiting", "rejected"]
const step = (from, to, more = {}) => ({ from, to, roles: ["officer", "supervisor", "team"], needs: [], not_if: null, ...more })
const STEPS = {
  acknowledge: step(ACTIVE, null),
  start: step(ACTIVE, "in_progress"),
  wait: step(ACTIVE, "waiting", { needs: ["waiting_for", "text"] }),
  fix: step(ACTIVE, "fixed", { needs: ["after_photo"] }),
  verify: step(["fixed"], "verified", { roles: ["officer", "supervisor"], not_if: "fixed_by_me" }),
  reject: step(["fixed"], "rejected", { roles: ["officer", "supervisor"], needs: ["text"] }),
  comment: step([...ACTIVE, "fixed", "verified"], null, { needs: ["text"] }),
  seen_again: step([...ACTIVE, "fixed", "verified"], null),
}
const OFFICER = { role: "officer", team: null }
const ENGINEER = { role: "team", team: "engineering" }

const finding = (more = {}) => ({
  id: "f", number: "4712", severity: "S3", state: "open", category: "hygiene", place: "L1-A",
  opened_at: "2026-11-21T09:00:00+08:00", fix_by: "2026-11-22T09:00:00+08:00", ...more,
})
const known = (...findings) => ({
  findings, server_time: MADE, finding_steps: STEPS, categories: [{ code: "equipment", team: "engineering" }],
})
const took = (name, body = {}, more = {}) => ({
  id: `e-${name}`, kind: "finding_update", state: "waiting", recordedAt: "2026-11-21T10:30:00+08:00",
  body: { finding: "f", step: name, ...body }, ...more,
})
const stateAfter = (...entries) => standings(known(finding()), entries)[0]

test("steps taken here show at once, one after the other", () => {
  assert.equal(stateAfter(took("start")).state, "in_progress")
  const fixed = stateAfter(took("start"), took("fix"))
  assert.deepEqual([fixed.state, fixed.fixed_by_me, fixed.waits, fixed.acknowledged], ["fixed", true, true, true])
})

const received = (at, more = {}) => took("fix", {}, { state: "received", receipt: { received_at: at, ledger_seq: 9 }, ...more })

test("what the server had before the pack was made is in the pack already", () => {
  assert.equal(stateAfter(received("2026-11-21T01:59:59.000Z")).state, "open")
  const later = stateAfter(received("2026-11-21T02:00:01.000Z"))
  assert.deepEqual([later.state, later.waits], ["fixed", false])
})

test("what a supervisor must decide on, and what was refused, moves nothing", () => {
  assert.equal(stateAfter(received("2026-11-21T02:00:01.000Z", { held: true })).state, "open")
  assert.equal(stateAfter(took("fix", {}, { state: "refused" })).state, "open")
})

test("the clock stands still while it waits", () => {
  const waiting = stateAfter(took("wait", { waiting_for: "part" }))
  assert.deepEqual([waiting.state, waiting.waiting_for, waiting.waiting_since], ["waiting", "part", "2026-11-21T10:30:00+08:00"])
  const again = stateAfter(took("wait", { waiting_for: "part" }), took("start", {}, { recordedAt: "2026-11-21T12:30:00+08:00" }))
  assert.equal(Date.parse(again.fix_by) - Date.parse(finding().fix_by), 2 * 3600_000)
  assert.deepEqual([again.waiting_since, again.waiting_for], [undefined, undefined])
})

test("a step that does not fit moves nothing and shows as a contradiction", () => {
  const [found] = standings(known(finding({ state: "fixed" })), [took("start")])
  assert.deepEqual([found.state, found.contradicted], ["fixed", true])
})

test("a comment is no acknowledgement", () => {
  assert.equal(stateAfter(took("comment")).acknowledged, false)
  assert.equal(stateAfter(took("seen_again")).seen_again, 1)
})

const report = (more = {}) => ({
  id: "new", kind: "finding", state: "waiting", recordedAt: "2026-11-21T10:30:00+08:00",
  body: { category: "equipment", severity: "S2", text: "dark", place: "L1-A", unit: null, photos: ["p"], team: null, fixed_on_spot: false },
  ...more,
})

test("what was reported here is in the list, with the team its category calls", () => {
  const found = standings(known(), [report(), took("start", { finding: "new" })])[0]
  assert.deepEqual([found.state, found.team, found.photos, found.opened_by_me], ["in_progress", "engineering", 1, true])
  assert.equal(found.number, undefined)
})

test("once received it has the number people call it by, and is there once", () => {
  const sent = { state: "received", receipt: { ledger_seq: 12, received_at: "2026-11-21T03:00:00.000Z" } }
  assert.equal(standings(known(), [report(sent)])[0].number, "12")
  assert.equal(standings(known(finding({ id: "new" })), [report(sent)]).length, 1)
})

test("a step of a finding this phone does not know is no finding", () => {
  assert.deepEqual(standings(known(), [took("fix")]), [])
})

test("who may take which step is read off the table", () => {
  assert.deepEqual(allowed(finding(), STEPS, OFFICER), ["acknowledge", "start", "wait", "fix", "comment", "seen_again"])
  assert.deepEqual(allowed(finding({ state: "fixed" }), STEPS, OFFICER), ["verify", "reject", "comment", "seen_again"])
  assert.ok(!allowed(finding({ acknowledged: true }), STEPS, OFFICER).includes("acknowledge"))
})

test("who fixed it is not offered to verify it", () => {
  const fixed = finding({ state: "fixed", fixed_by_me: true })
  assert.deepEqual(allowed(fixed, STEPS, OFFICER), ["reject", "comment", "seen_again"])
})

test("a team moves its own findings only", () => {
  assert.deepEqual(allowed(finding({ team: "cleaning" }), STEPS, ENGINEER), [])
  assert.ok(allowed(finding({ team: "engineering" }), STEPS, ENGINEER).includes("fix"))
})

const draft = (more = {}) => ({ text: "", photos: [], ...more })

test("a step says what it still needs", () => {
  assert.deepEqual(lacking(STEPS.wait, draft({ text: " " }), finding()), ["waiting_for", "text"])
  assert.deepEqual(lacking(STEPS.wait, draft({ text: "hinge", waiting_for: "part" }), finding()), [])
  assert.deepEqual(lacking(STEPS.fix, draft(), finding()), [])
  assert.deepEqual(lacking(STEPS.fix, draft(), finding({ photos: 2 })), ["after_photo"])
  assert.deepEqual(lacking(STEPS.fix, draft({ photos: ["p"] }), finding({ photos: 2 })), [])
})

test("assigning to operations is a choice too, and no team is none", () => {
  const assign = { needs: ["team"] }
  assert.deepEqual(lacking(assign, draft({ team: OPERATIONS }), finding()), [])
  assert.deepEqual(lacking(assign, draft({ team: "" }), finding()), ["team"])
  assert.equal(updateOf(draft({ team: OPERATIONS }), assign).team, null)
  assert.equal(updateOf(draft({ team: "cleaning" }), assign).team, "cleaning")
})

test("a step names what it was asked and nothing more", () => {
  const written = draft({
    finding: "f", step: "wait", seen: "open", text: " ordered ", waiting_for: "part", severity: "S2", team: "", savedAt: 1, kind: "x",
  })
  assert.deepEqual(updateOf(written, STEPS.wait, MADE), {
    finding: "f", step: "wait", seen: "open", text: "ordered", photos: [], waiting_for: "part",
  })
})

test("what a complaint came to goes with its repair, told now or not", () => {
  const fix = draft({ step: "fix", outcome: " paid back ", outcome_told: true })
  assert.deepEqual(updateOf(fix, STEPS.fix, MADE).details, { outcome: "paid back", outcome_told_at: MADE })
  assert.deepEqual(updateOf(draft({ step: "fix", outcome: "" }), STEPS.fix, MADE).details, {})
})

test("a report needs a place, and words or a photo", () => {
  assert.equal(missingIn(draft({ place: null })), "place")
  assert.equal(missingIn(draft({ place: "L1-A", text: " " })), "text")
  assert.equal(missingIn(draft({ place: "L1-A", photos: ["p"] })), null)
  assert.equal(missingIn(draft({ place: "L1-A", text: "wet", fixed_on_spot: true })), "photo")
})

const ZONE = { code: "L1-A", kind: "zone" }
const written = (category, more) => ({ ...draft({ text: " fell " }), category, severity: "S1", ...more })

test("a report names a shop as a unit and a zone as a place", () => {
  const { place, unit } = bodyOf(written("other"), { code: "L1-001", kind: "unit" })
  assert.deepEqual([place, unit], [null, "L1-001"])
  assert.equal(bodyOf(written("other"), ZONE).place, "L1-A")
  assert.equal(bodyOf(written("other"), ZONE).text, "fell")
})

test("only the fields of the category it ended up with go along", () => {
  const both = { people: "Ms Wu", wish: "money", emergency_called: false, course: "  " }
  assert.deepEqual(bodyOf(written("incident", both), ZONE).details, { people: "Ms Wu" })
  assert.deepEqual(bodyOf(written("complaint", both), ZONE).details, { wish: "money" })
  assert.deepEqual(bodyOf(written("hygiene", both), ZONE).details, {})
})

test("who was told: one line each, with a time or without", () => {
  const told = "Duty manager 10:32\n\n 李伟，9:05\nControl room"
  assert.deepEqual(bodyOf(written("incident", { told }), ZONE).details.told, [
    { who: "Duty manager", at: "10:32" }, { who: "李伟", at: "9:05" }, { who: "Control room", at: "" },
  ])
})

test("however many were told, the server's twenty hold them", () => {
  const told = Array.from({ length: 30 }, (_, n) => `Guard ${n}`).join("\n")
  const found = bodyOf(written("incident", { told }), ZONE).details.told
  assert.equal(found.length, 20)
  assert.ok(found.at(-1).who.includes("Guard 29"))
})

const NOW = Date.parse("2026-11-21T12:00:00+08:00")
const at = (hour) => `2026-11-21T${hour}:00:00+08:00`
const many = [
  finding({ id: "waits", state: "waiting", fix_by: at("08"), team: "engineering" }),
  finding({ id: "later", fix_by: at("20") }),
  finding({ id: "fixed", state: "fixed", fix_by: at("08"), fixed_by_me: true }),
  finding({ id: "soon-minor", fix_by: at("13"), severity: "S4" }),
  finding({ id: "soon", fix_by: at("13"), severity: "S2", assigned_to_me: true }),
  finding({ id: "over", fix_by: at("11"), team: "engineering" }),
  finding({ id: "gone", state: "void" }),
]
const ids = (list, person) => listed(many, list, person, NOW).map(({ id }) => id)

test("the list is in the order of urgency; what is closed is gone", () => {
  assert.deepEqual(ids("all", OFFICER), ["over", "soon", "soon-minor", "later", "fixed", "waits"])
})

test("mine and my team's are parts of it", () => {
  assert.deepEqual(ids("mine", OFFICER), ["soon", "fixed"])
  assert.deepEqual(ids("team", ENGINEER), ["over", "waits"])
  assert.deepEqual(ids("team", OFFICER), ["soon", "soon-minor", "later", "fixed"])
})

test("overdue is said only of what somebody can do now", () => {
  assert.equal(urgency(finding({ fix_by: at("11") }), NOW), "overdue")
  assert.equal(urgency(finding({ fix_by: at("11"), state: "waiting" }), NOW), "waiting")
  assert.equal(urgency(finding({ fix_by: undefined }), NOW), "due")
})

test("what is still open at an item is known by checklist and place, shop or zone", () => {
  const here = [
    finding({ checklist: "opening", item: "O08" }),
    finding({ checklist: "opening", item: "O08", unit: "L1-001" }),
    finding({ checklist: "opening", item: "O06", state: "verified" }),
    finding({ checklist: "closing", item: "C01" }),
  ]
  const found = stillOpen(here, { checklist: "opening", place: "L1-A" })
  assert.deepEqual([...found].map(([item, ones]) => [item, ones.length]), [["O08", 1]])
  assert.equal(stillOpen(here, { checklist: "opening", place: "L1-001" }).get("O08").length, 1)
})

const delivery = (notice, outcome, state = "waiting") => ({ state, body: { notice, outcome } })

test("a notice that was signed for or refused here is not brought again; one that nobody took is", () => {
  const notices = ["a", "b", "c", "d"].map((id) => ({ id }))
  const own = [delivery("a", "signed"), delivery("b", "refused", "received"), delivery("c", "not_reached"), delivery("d", "signed", "refused")]
  assert.deepEqual(toDeliver(notices, own).map(({ id }) => id), ["c", "d"])
  assert.deepEqual(toDeliver(undefined, []), [])
})

test("a delivery needs its proof", () => {
  assert.equal(missingInDelivery(draft({ outcome: "signed" })), "signer_name")
  assert.equal(missingInDelivery(draft({ outcome: "signed", signer_name: "陈" })), "signature")
  assert.equal(missingInDelivery(draft({ outcome: "refused" })), "photo")
  assert.equal(missingInDelivery(draft({ outcome: "not_reached" })), null)
})

test("the name and the signature belong to a notice that was signed for", () => {
  const given = draft({ notice: "a", outcome: "refused", signer_name: "陈", signature: "s", photos: ["p"], note: " no " })
  assert.deepEqual(deliveryOf(given), { notice: "a", outcome: "refused", signer_name: "", signature: null, photos: ["p"], note: "no" })
  assert.equal(deliveryOf({ ...given, outcome: "signed" }).signature, "s")
})
