// The phone's modules, as they are, on phones that die and networks that fail, against a model
// of the server. SEEDS=20000 tells more stories, SEED=7 a single one.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { ModelServer } from "./simulator/model-server.js"
import { seedsToTell, simulate } from "./simulator/simulate.js"

const REPLAY = "node --test tests/js/simulator.test.js"
const failedOnce = JSON.parse(readFileSync(new URL("simulator/failed-seeds.json", import.meta.url)))

test("whatever happens, every promise of docs/sync.md is kept", async () => {
  let [saved, faults] = [0, 0]
  for (const seed of seedsToTell(1000, failedOnce)) {
    const world = await simulate(seed, (agenda) => new ModelServer(agenda), REPLAY)
    saved += world.saved.size
    faults += world.trace.length
  }
  // In a single story it may be that nobody came to save anything.
  if (!process.env.SEED) assert.ok(saved > 0 && faults > 0)
})
