// node play.js ADDRESS REPLAY: tells stories to a real server. Asks its operator on standard
// output, one line of JSON each, and reads the answers from standard input.

import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"

import { Endpoint } from "./endpoint.js"
import { seedsToTell, simulate } from "./simulate.js"

const USUAL = 20
const [url, replay] = process.argv.slice(2)
const failedOnce = JSON.parse(readFileSync(new URL("failed-seeds.json", import.meta.url)))
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (content) => process.stdout.write(`${JSON.stringify(content)}\n`)

// One question at a time.
let last = Promise.resolve()
function ask(question, ...details) {
  last = last.then(async () => {
    say({ ask: question, with: details })
    return JSON.parse((await lines.next()).value)
  })
  return last
}

let [saved, trouble] = [0, null]
try {
  for (const seed of seedsToTell(USUAL, failedOnce)) {
    const world = await simulate(seed, (agenda) => Endpoint.reach(url, ask, agenda), replay)
    saved += world.saved.size
  }
} catch (error) {
  trouble = error.message
}
say({ ended: { saved, trouble } })
process.exit()
