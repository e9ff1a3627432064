import assert from "node:assert/strict"
import { test } from "node:test"

import { latest } from "../../static/floor/latest.js"

// A task whose runs end when told to; notes what it saw when it began, and its end.
function slow() {
  const seen = { value: 0, log: [], ends: [] }
  const run = latest(async () => {
    const { value } = seen
    seen.log.push(`begin ${value}`)
    await new Promise((resolve, reject) => seen.ends.push({ resolve, reject }))
    seen.log.push(`end ${value}`)
    return value
  })
  return { seen, run }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test("runs never overlap, and the last one saw the newest state", async () => {
  const { seen, run } = slow()
  const first = run()
  await settled()
  seen.value = 1
  const second = run()
  await settled()
  assert.deepEqual(seen.log, ["begin 0"])
  seen.ends[0].resolve()
  await first
  await settled()
  seen.ends[1].resolve()
  assert.equal(await second, 1)
  assert.deepEqual(seen.log, ["begin 0", "end 0", "begin 1", "end 1"])
})

test("many calls during a run are one more run", async () => {
  const { seen, run } = slow()
  run()
  await settled()
  const calls = [run(), run(), run()]
  seen.value = 7
  seen.ends[0].resolve()
  await settled()
  seen.ends[1].resolve()
  assert.deepEqual(await Promise.all(calls), [7, 7, 7])
  assert.equal(seen.log.length, 4)
})

test("many calls before the first run are that run", async () => {
  const { seen, run } = slow()
  const calls = [run(), run()]
  await settled()
  seen.ends[0].resolve()
  await Promise.all(calls)
  assert.deepEqual(seen.log, ["begin 0", "end 0"])
})

test("a run that fails tells its callers and does not stop the next", async () => {
  const { seen, run } = slow()
  const first = run()
  await settled()
  const second = run()
  seen.ends[0].reject(new Error("no storage"))
  await assert.rejects(first, /no storage/)
  await settled()
  seen.ends[1].resolve()
  assert.equal(await second, 0)
})
