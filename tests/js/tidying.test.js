// A phone makes room once an hour, while people go on saving.

import assert from "node:assert/strict"
import { test } from "node:test"

import { ModelServer } from "./simulator/model-server.js"
import { save, signIn } from "./simulator/people.js"
import { World } from "./simulator/world.js"

const KNOWS_THE_TIME = JSON.stringify("serverNow") // the last thing its first walk notes before it tidies

// A phone on its first walk, and work with photos saved so many ms after it heard from the server.
async function savedAfter(ms, seed) {
  const world = await World.create(seed, (agenda) => new ModelServer(agenda))
  const [phone] = world.phones
  await signIn(world, phone)
  while (!phone.disk.rows("mallops-outbox", "meta").has(KNOWS_THE_TIME)) await world.pass(1)
  await world.pass(ms)
  save(world, phone, 3)
  await world.pass(10_000)
  return [...phone.entries().values()]
}

test("a photo that is saved while the phone makes room stays until it is sent", async () => {
  let photos = 0
  for (let i = 0; i < 400; i++) {
    for (const { state, reason, photos: own } of await savedAfter(i % 25, i)) {
      assert.equal(state, "received", `saved ${i % 25} ms later: ${JSON.stringify(reason)}`)
      photos += own.length
    }
  }
  assert.ok(photos > 0)
})
