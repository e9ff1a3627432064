// What happens to phones, networks and the server. Each is a step of a story.

import { createHash } from "node:crypto"

const sha256 = (text) => createHash("sha256").update(text).digest("hex")

export const changeOfAir = (world, phone) => {
  phone.air.state = world.dice.pick(["good", "good", "bad", "bad", "bad", "none", "portal"])
  world.note(`${phone.name}: network ${phone.air.state}`)
}

// In the middle of whatever it does next.
export const death = (world, phone) => {
  phone.stepsToLive = world.dice.between(1, 40)
}

export const secondPage = (_world, phone) => {
  if (phone.pages.length === 1) phone.open()
}

export const closedPage = (_world, phone) => {
  if (phone.pages.length > 1) phone.pages.pop().die()
}

// The browser keeps a page that was left, and with it what it holds.
export const frozenPage = (_world, phone) => {
  if (!phone.locks || !phone.pages.length) return
  const page = phone.pages.shift()
  page.freeze()
  phone.frozen.push(page)
  if (!phone.pages.length) phone.open()
}

export const backgroundSync = (world, phone) => {
  world.act(`${phone.name}: its worker sends`, () => phone.wakeWorker())
}

export const sessionExpires = async ({ server }, phone) => {
  if (phone.cookie) await server.endSession(phone.cookie)
}

export const fullPhone = (world, phone) => {
  phone.disk.full = true
  world.agenda.after(world.dice.between(1_000, 600_000), () => (phone.disk.full = false))
}

const MINUTE = 60_000
const YEAR = 365 * 24 * 60 * MINUTE

export const clockMoves = (world, phone) => {
  phone.clockOffset = world.dice.pick([0, 0, 5 * MINUTE, -5 * MINUTE, 3 * YEAR, -world.agenda.now])
}

// A bit falls over in what waits on the phone.
export const damagedText = (world, phone) => {
  const waiting = [...phone.entries().values()].filter(({ state }) => state === "waiting")
  if (!waiting.length) return
  const entry = world.dice.pick(waiting)
  const changed = { ...entry, body: entry.body.replace("by ", "By ") }
  phone.disk.rows("mallops-outbox", "entries").get(JSON.stringify(entry.id)).value = changed
  world.damaged.add(entry.id)
  world.note(`${phone.name}: ${entry.id} is damaged`)
}

// A tray whose file somebody changed by hand: the same id, and other content under its own hash.
export const forgedTray = (world, phone) => {
  const entries = [...phone.entries().values()].filter((entry) => isForgeable(world, entry))
  const other = world.phones.find((one) => one !== phone)
  if (!entries.length) return
  const entry = world.dice.pick(entries)
  if (other.entries().has(entry.id) || !other.disk.rows("mallops-outbox", "entries").size) return
  const body = entry.body.replace("by ", "BY ")
  const row = { key: entry.id, value: Object.freeze({ ...entry, ...AS_TAKEN_IN, body, sha256: sha256(body) }) }
  other.disk.rows("mallops-outbox", "entries").set(JSON.stringify(entry.id), row)
  world.twins.set(entry.id, body)
  world.note(`${other.name} has other content of ${entry.id}`)
}

const AS_TAKEN_IN = { state: "waiting", tries: 0, notBefore: 0, reason: null, receipt: null } // as tray.js does
const isForgeable = ({ damaged, twins }, { id, photos }) => !photos.length && !damaged.has(id) && !twins.has(id)

export const lostPhoto = (world, phone) => {
  const photos = phone.disk.rows("mallops-outbox", "photos")
  if (!photos.size) return
  const key = world.dice.pick([...photos.keys()])
  world.lostPhotos.add(photos.get(key).key)
  photos.delete(key)
  world.note(`${phone.name} loses a photo`)
}

// An entry that makes a gateway fail, as often as it comes by.
export const poisonedEntry = (world, phone) => {
  const waiting = [...phone.entries().values()].filter(({ state }) => state === "waiting")
  if (waiting.length && !world.poison.size) world.poison.add(world.dice.pick(waiting).id)
}

// Phones forget photos that are backed up: what was published is what gets restored.
export const backUp = async (world) => {
  const publish = world.dice.chance(0.4)
  if (publish) world.copies = []
  world.copies.push(await world.server.backUp({ publish }))
  world.note("the server is backed up")
}

export const restore = async (world) => {
  if (!world.copies.length) return
  await world.server.restore(world.dice.pick(world.copies))
  world.note("the server is restored from a backup")
}

// Somebody asks that an entry be erased: its words go everywhere, also where they are still to arrive.
export const erasure = async (world) => {
  const { rows } = await world.server.facts()
  const left = rows.filter(({ id, kind }) => kind !== "erasure" && !world.erased.has(id))
  if (!left.length) return
  const { id } = world.dice.chance(0.5) ? left.at(-1) : world.dice.pick(left)
  world.erased.add(id)
  for (const hash of await world.server.erase(id)) world.erasedPhotos.add(hash)
  world.note(`${id} is erased`)
}

// All phones lie in a drawer for days.
export const days = async (world) => {
  world.phones.forEach((phone) => phone.kill())
  await world.pass(world.dice.between(1, 9) * 24 * 60 * MINUTE)
  world.phones.forEach((phone) => phone.reopen())
}
