// One story: things happen in an order and at times that chance has, and then all faults end.

import * as events from "./events.js"
import * as people from "./people.js"
import { atAnyTime, inTheEnd, throughButPoison } from "./promises.js"

const STEPS = { ...events, ...people }
const WEIGHTS = {
  save: 14, saveMany: 1, saveAgain: 3, signIn: 3, signOut: 1, pressSend: 4, retryRefused: 2, carryTray: 1, look: 2,
  changeOfAir: 6, death: 4, secondPage: 2, closedPage: 1, frozenPage: 0.5, backgroundSync: 2, sessionExpires: 1, fullPhone: 1, clockMoves: 1,
  damagedText: 0.7, forgedTray: 2, erasure: 3, lostPhoto: 0.7, poisonedEntry: 0.5, backUp: 2, restore: 2, days: 0.2,
}
const SECOND = 1000
const HOUR = 3600 * SECOND

export async function tell(world) {
  const { dice } = world
  for (const phone of world.phones) await people.signIn(world, phone)
  for (let left = dice.between(5, 20); left > 0; left--) {
    await world.pass(dice.chance(0.5) ? dice.between(0, 300) : dice.between(0, 180 * SECOND))
    await STEPS[dice.pickWeighted(WEIGHTS)](world, dice.pick(world.phones))
    atAnyTime(world)
  }
  await ending(world)
}

// The faults end. What makes the gateway fail stays a while: it must hold up nothing else.
async function ending(world) {
  const { dice } = world
  world.note("the faults end")
  for (const phone of world.phones) {
    Object.assign(phone.air, { state: "good" })
    Object.assign(phone.disk, { full: false })
    Object.assign(phone, { stepsToLive: Infinity, clockOffset: 0 })
    phone.kill()
    if (phone.locks) phone.locks.isStuck = dice.chance(0.05)
  }
  await world.pass(4 * HOUR) // late requests arrive, and waits that were asked for are over
  await everybodySendsIn(world)
  await throughButPoison(world)
  if (world.poison.size) {
    world.poison.clear()
    await everybodySendsIn(world)
  }
  await inTheEnd(world)
}

// On each phone everybody whose work is still there signs in, and sends again what was refused:
// twice, as the second of two lost photos shows only then.
async function everybodySendsIn(world) {
  const [anybody, ...others] = world.server.people
  for (const phone of world.phones) {
    await handIn(world, phone, anybody)
    for (const person of others) if (hasWork(phone, person)) await handIn(world, phone, person)
    phone.kill()
  }
}

const hasWork = (phone, { id }, states = ["waiting", "refused"]) =>
  [...phone.entries().values()].some(({ state, recordedBy }) => recordedBy === id && states.includes(state))

async function handIn(world, phone, person) {
  const moment = phone.locks?.isStuck ? 130 * SECOND : 10 * SECOND // patience with a lock that stays held
  await people.signIn(world, phone, person)
  await world.pass(moment)
  for (let again = 0; again < 2 && hasWork(phone, person, ["refused"]); again++) {
    people.retryRefused(world, phone)
    await world.pass(moment)
  }
  if (hasWork(phone, person)) await world.pass(30 * moment) // one by one, where a gateway fails
}
