// The findings this person sees on this phone, with what was done here since the walk pack.

import { received, waiting } from "../sync/outbox.js"
import { pack } from "../sync/pack.js"
import { standings } from "./rules.js"

export async function findings() {
  return standings(await pack(), await ownEntries("finding", "finding_update"))
}

// Own entries of these kinds, oldest first, with their bodies read.
export async function ownEntries(...kinds) {
  return (await entries(...kinds)).map(read)
}

async function entries(...kinds) {
  const kept = [...(await received(...kinds)), ...(await waiting(...kinds))]
  const once = new Map(kept.map((entry) => [entry.id, entry])) // one may arrive between the two
  return [...once.values()].sort((a, b) => a.sealedAt - b.sealedAt || a.seq - b.seq)
}

const read = (entry) => ({ ...entry, body: JSON.parse(entry.body) })

// Where this person recorded something last, the newest first, each place once.
export async function lastPlaces() {
  const bodies = (await entries()).reverse().map(read)
  return [...new Set(bodies.map(({ body: { unit, place } }) => unit ?? place).filter(Boolean))]
}
