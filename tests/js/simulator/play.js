// node play.js ADDRESS REPLAY: tells stories to a real server.

import { readFileSync } from "node:fs"

import { ask, end } from "./asking.js"
import { Endpoint } from "./endpoint.js"
import { seedsToTell, simulate } from "./simulate.js"

const USUAL = 20
const [url, replay] = process.argv.slice(2)
const failedOnce = JSON.parse(readFileSync(new URL("failed-seeds.json", import.meta.url)))
let [saved, trouble] = [0, null]
try {
  for (const seed of seedsToTell(USUAL, failedOnce)) {
    const world = await simulate(seed, (agenda) => Endpoint.reach(url, ask, agenda), replay)
    saved += world.saved.size
  }
} catch (error) {
  trouble = error.message
}
end({ saved, trouble })
