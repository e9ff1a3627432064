import assert from "node:assert/strict"
import { test } from "node:test"

import { askedWait, classify } from "../../static/sync/answers.js"
import { languageFor } from "../../static/sync/languages.js"
import { forgettable } from "../../static/sync/retention.js"
import { makeEntry } from "./make.js"

const facts = (more = {}) => ({
  status: 200, redirected: false, type: "application/json",
  body: { protocol: "mallops-sync/1", nonce: "n" }, ...more,
})
const kindOf = (more) => classify(facts(more), { nonce: "n" }).kind

const NOT_AN_ANSWER = {
  "a login page": [{ type: "text/html", body: undefined }, "portal"],
  "a body cut in the middle": [{ body: undefined }, "unwell"],
  "a redirect that was followed": [{ redirected: true }, "portal"],
  "another nonce": [{ body: { protocol: "mallops-sync/1", nonce: "m" } }, "unwell"],
  "another protocol": [{ body: { protocol: "x", nonce: "n" } }, "unwell"],
  "a bare number": [{ body: 7 }, "unwell"],
  "a gateway's 502 page": [{ status: 502, type: "text/html", body: undefined }, "unwell"],
  "a proxy's 403 page": [{ status: 403, type: "text/html", body: undefined }, "portal"],
  "a portal's 511": [{ status: 511, type: "text/html", body: undefined }, "unwell"],
  "a proxy's 401": [{ status: 401, body: { error: "proxy" } }, "unwell"],
  "an empty 204": [{ status: 204, type: null, body: undefined }, "portal"],
}
for (const [what, [more, kind]] of Object.entries(NOT_AN_ANSWER)) {
  test(`${what} is no answer of our server`, () => assert.equal(kindOf(more), kind))
}

test("200 with protocol and nonce is an answer", () => assert.equal(kindOf({}), "answer"))

const REFUSALS = { 400: "malformed", 403: "forbidden", 413: "too_large", 422: "unprocessable", 415: "unwell" }
for (const [status, kind] of Object.entries(REFUSALS)) {
  test(`${status} in our JSON: ${kind}, with its code`, () => {
    assert.equal(kindOf({ status: Number(status), body: { code: "c" } }), kind)
  })
}

test("401 signed_out asks for a sign-in", () => {
  assert.equal(kindOf({ status: 401, body: { code: "signed_out" } }), "signed_out")
})

test("Retry-After is honoured as seconds and as a date, within reason", () => {
  const wait = (retryAfter, date) => askedWait({ retryAfter, date })
  assert.equal(wait("120"), 120)
  assert.equal(wait("Sat, 21 Nov 2026 10:01:00 GMT", "Sat, 21 Nov 2026 10:00:00 GMT"), 60)
  assert.equal(wait("31536000"), 3600)
  assert.equal(wait("soon"), 0)
  assert.equal(wait(null), 0)
  assert.equal(classify(facts({ status: 429, retryAfter: "7" })).after, 7)
})

test("the person's language, else the browser's, else English", () => {
  assert.equal(languageFor("zh-Hant", ["en"]), "zh-Hant")
  assert.equal(languageFor(undefined, ["fr-FR", "zh-HK"]), "zh-Hant")
  assert.equal(languageFor(undefined, ["zh-CN", "en"]), "zh-Hans")
  assert.equal(languageFor("xx", ["fr"]), "en")
})

const DAY = 24 * 3600_000
const NOW = Date.parse("2026-11-30T00:00:00Z")
const received = (days, more = {}) =>
  makeEntry({
    state: "received", photos: [`photo-${days}`],
    receipt: { ledger_seq: 10, received_at: new Date(NOW - days * DAY).toISOString() }, ...more,
  })
const forget = (entries, backedUp = {}) =>
  forgettable(entries, entries.flatMap((entry) => entry.photos), { serverNow: NOW, backedUp })

test("received text stays 30 days, photos 7", () => {
  const [fresh, old, ancient] = [received(6), received(8), received(31)]
  const { entries, photos } = forget([fresh, old, ancient])
  assert.deepEqual(entries, [ancient.id])
  assert.deepEqual(photos, ["photo-8", "photo-31"])
})

test("a photo that is backed up in its mall may go at once", () => {
  assert.deepEqual(forget([received(1)], { demo: 10 }).photos, ["photo-1"])
  assert.deepEqual(forget([received(1)], { demo: 9, other: 99 }).photos, [])
})

test("unsent work is never forgotten, however old", () => {
  const old = { sealedAt: 0, photos: ["p"] }
  const entries = [makeEntry(old), makeEntry({ ...old, state: "refused" })]
  assert.deepEqual(forget(entries, { demo: 99 }), { entries: [], photos: [] })
})

test("a photo that two entries share stays while one of them needs it", () => {
  const done = received(20, { photos: ["shared"] })
  assert.deepEqual(forget([done, makeEntry({ photos: ["shared"] })]).photos, [])
})
