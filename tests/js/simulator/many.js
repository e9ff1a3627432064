// node many.js ADDRESS COUNT: one phone on which so many entries wait hands them in to a real
// server. Ends with how many the phone still holds in which state.

import { ask, end } from "./asking.js"
import { Endpoint } from "./endpoint.js"
import { KINDS } from "./kinds.js"
import { signIn } from "./people.js"
import { World } from "./world.js"

const [url, count] = process.argv.slice(2)
const MINUTE = 60_000
const LONGEST = 60 // minutes of the phone's time

const world = await World.create(1, (agenda) => Endpoint.reach(url, ask, agenda))
const [phone] = world.phones
await signIn(world, phone, world.server.people[0])
await world.pass(MINUTE)
phone.air.state = "none"
const first = await sealOne()
layAside(first, Number(count))
phone.air.state = "good"
phone.reopen()
for (let minute = 0; states().waiting && minute < LONGEST; minute++) await world.pass(MINUTE)
end({ trouble: world.trouble?.message ?? null, states: states() })

async function sealOne() {
  const { outbox, session } = phone.page.modules
  const at = new Date(world.agenda.now).toISOString()
  const id = "00000000-0000-7000-a000-000000000000"
  const me = await sooner(session.whoami())
  const body = KINDS.note("All quiet", { hashes: [] })
  return sooner(outbox.seal({ id, kind: "note", v: 1, mall: me.mall, recordedBy: me.id, recordedAt: at, body }))
}

// A week without signal: the same line, numbered on.
function layAside(entry, all) {
  const tables = phone.disk.databases.get("mallops-outbox").tables
  for (let i = 1; i < all; i++) {
    const id = `00000000-0000-7000-a000-${String(i).padStart(12, "0")}`
    tables.get("entries").put({ ...entry, id, seq: entry.seq + i })
  }
  tables.get("meta").put(entry.seq + all - 1, "seq")
}

// What a page answers once some of the phone's time has gone by.
async function sooner(answer) {
  await world.pass(1000)
  return answer
}

function states() {
  const found = {}
  for (const { state } of phone.entries().values()) found[state] = (found[state] ?? 0) + 1
  return found
}
