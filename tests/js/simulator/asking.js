// How a script in node asks those who run the real server: on standard output, one line of JSON
// each, with the answers on standard input (tests/simulator/test_real_endpoint.py).

import { createInterface } from "node:readline"

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (content) => process.stdout.write(`${JSON.stringify(content)}\n`)

// One question at a time.
let last = Promise.resolve()
export function ask(question, ...details) {
  last = last.then(async () => {
    say({ ask: question, with: details })
    return JSON.parse((await lines.next()).value)
  })
  return last
}

export function end(result) {
  say({ ended: result })
  process.exit()
}
