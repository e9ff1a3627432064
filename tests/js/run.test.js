import assert from "node:assert/strict"
import { test } from "node:test"

import { triedAgain } from "../../static/sync/rules.js"
import { Phone, makeEntry } from "./make.js"
import { Server } from "./server.js"

function phoneWith(count, { server = new Server(), ...more } = {}) {
  const phone = new Phone(server)
  const entries = Array.from({ length: count }, () => phone.seal(makeEntry(more)))
  return { phone, server, entries }
}

test("everything arrives, in requests of 50, and the phone says so", async () => {
  const { phone, server } = phoneWith(120)
  assert.deepEqual(await phone.drain(), { kind: "answer" })
  assert.equal(server.rows.size, 120)
  assert.equal(server.requests.filter((request) => request === "batch").length, 3)
  assert.equal(phone.progress.at(-1).done, 120)
})

test("signed out in the middle: the rest waits and goes on later", async () => {
  let batches = 0
  const server = new Server({
    fault: (request) => (request === "batch" && ++batches === 2 ? { instead: { kind: "signed_out" } } : null),
  })
  const { phone } = phoneWith(80, { server })
  assert.equal((await phone.drain()).kind, "signed_out")
  assert.equal(phone.in("waiting").length, 30)
  assert.ok(phone.in("waiting").every((entry) => entry.tries === 0))
  await phone.drain()
  assert.equal(server.rows.size, 80)
})

test("an entry that makes the server fall over does not hold up the others", async () => {
  const { phone, server, entries } = phoneWith(60)
  server.poison.add(entries[7].id)
  for (let i = 0; i < 12; i++) await phone.drain()
  assert.equal(server.rows.size, 59)
  assert.deepEqual(phone.in("waiting").map((entry) => entry.id), [entries[7].id])
  server.poison.clear()
  await phone.drain()
  assert.equal(server.rows.size, 60)
})

test("after a long outage requests soon grow again", async () => {
  const { phone, server } = phoneWith(200)
  server.fault = (request) => (request === "batch" ? { instead: { kind: "unwell", after: 0 } } : null)
  for (let i = 0; i < 6; i++) await phone.drain()
  server.fault = () => null
  server.requests.length = 0
  await phone.drain()
  await phone.drain()
  assert.equal(server.rows.size, 200)
  assert.ok(server.requests.length < 30, `${server.requests.length} requests`)
})

test("a request refused as a whole: the one to blame goes to the tray, the others arrive", async () => {
  const { phone, server, entries } = phoneWith(10)
  server.poison.add(entries[3].id)
  server.poisonKind = "malformed"
  await phone.drain()
  assert.deepEqual(phone.in("refused").map((entry) => entry.id), [entries[3].id])
  assert.equal(server.rows.size, 9)
})

test("a server that refuses every request refuses no entry", async () => {
  const fault = (request) => (request === "batch" ? { instead: { kind: "malformed" } } : null)
  const { phone } = phoneWith(4, { server: new Server({ fault }) })
  assert.equal((await phone.drain()).kind, "malformed")
  assert.equal(phone.in("waiting").length, 4)
})

test("photos go up before their entry", async () => {
  const { phone, server } = phoneWith(0)
  phone.seal(makeEntry({ photos: ["a"] }), { a: "bytes" })
  await phone.drain()
  assert.deepEqual(server.requests, ["session", "have", "put a", "batch"])
  assert.equal(server.rows.size, 1)
})

test("a photo the phone lost: the person is asked, then the entry goes without it", async () => {
  const { phone, server } = phoneWith(2)
  const entry = phone.seal(makeEntry({ photos: ["a", "b"] }), { a: "bytes" })
  assert.equal((await phone.drain()).kind, "answer")
  assert.equal(server.rows.size, 2)
  assert.deepEqual(phone.in("refused")[0].reason, { code: "photo_lost", photos: ["b"] })
  phone.settle(entry.id, triedAgain)
  await phone.drain()
  assert.equal(server.rows.size, 3)
})

test("a photo the phone lost but the server has needs nobody's word", async () => {
  const { phone, server } = phoneWith(0)
  server.photos.set("a", "bytes")
  phone.seal(makeEntry({ photos: ["a"] }))
  await phone.drain()
  assert.equal(server.rows.size, 1)
})

test("a photo that can never be stored sends its entry to the tray, no other", async () => {
  const fault = (request) => (request === "put bad" ? { instead: { kind: "unprocessable" } } : null)
  const { phone, server } = phoneWith(3, { server: new Server({ fault }) })
  phone.seal(makeEntry({ photos: ["bad", "good"] }), { bad: "x", good: "y" })
  await phone.drain()
  assert.equal(phone.in("refused")[0].reason.code, "photo_refused")
  assert.equal(server.rows.size, 3)
})

test("a photo that always fails on the way holds up only its own entry", async () => {
  const fault = (request) => (request === "put bad" ? { lose: "request" } : null)
  const { phone, server } = phoneWith(3, { server: new Server({ fault }) })
  phone.seal(makeEntry({ photos: ["bad"] }), { bad: "x" })
  assert.equal((await phone.drain()).kind, "unwell")
  assert.equal(server.rows.size, 3)
  assert.equal(phone.in("waiting").length, 1)
})

test("a result of retry does not make the walk go round for ever", async () => {
  const { phone, server, entries } = phoneWith(2)
  server.verdicts.set(entries[0].id, { status: "retry", missing: ["x"] })
  assert.equal((await phone.drain()).kind, "unwell")
  assert.equal(server.rows.size, 1)
})

test("text that changed on the phone goes to the tray, not to the server", async () => {
  const { phone, server } = phoneWith(2)
  phone.seal(makeEntry({ damaged: true }))
  await phone.drain()
  assert.equal(phone.in("refused")[0].reason.code, "damaged")
  assert.equal(server.rows.size, 2)
})

test("work of another mall waits, and the phone says why", async () => {
  const { phone } = phoneWith(1, { mall: "other" })
  assert.equal((await phone.drain()).kind, "other_mall")
})
