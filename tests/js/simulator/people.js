// What people do with a phone. Each is a step of a story: (world, phone) → nothing.

import { KINDS } from "./kinds.js"
import { photo } from "./photos.js"

// Of these errors a person is told: the phone is full.
const TOLD = ["SealFailed", "QuotaExceededError"]

const uuid = ({ dice }) =>
  Array.from({ length: 16 }, () => dice.between(0, 255).toString(16).padStart(2, "0")).join("")
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-7$3-a$4-$5")

const FORMS = ["note", "note", "finding", "finding_update", "door", "door", "inspection"]

// Finishes a form: some in a row, each by whoever the phone says is signed in.
export function save(world, phone, count = 1) {
  const { page } = phone
  if (!page) return
  for (let i = 0; i < count; i++) {
    const photos = Array.from({ length: world.dice.between(0, 2) }, () => photo(world.dice.between(1, 12)))
    finish(world, phone, page, { id: uuid(world), kind: world.dice.pick(FORMS), photos: unique(photos), phone })
  }
}

export const saveMany = (world, phone) => save(world, phone, world.dice.between(5, 60))

const unique = (photos) => [...new Map(photos.map((one) => [one.sha256, one])).values()]

function finish(world, phone, page, draft) {
  world.act(`${phone.name} saves ${draft.id}`, async () => {
    const me = await page.modules.session.whoami()
    if (!me || me.id !== phone.holder?.id || (draft.person ?? me.id) !== me.id) return
    fillIn(world, draft, me, new Date(world.agenda.now + phone.clockOffset).toISOString())
    world.drafts.set(draft.id, draft)
    await page.modules.outbox.seal({
      id: draft.id, kind: draft.kind, v: 1, mall: me.mall, recordedBy: me.id, recordedAt: draft.at,
      body: draft.body, photos: draft.photos,
    })
    world.saved.set(draft.id, draft) // the phone says "Saved on this phone"
    world.drafts.delete(draft.id)
  }, TOLD)
}

// Once: a second tap brings the same.
function fillIn(world, draft, me, at) {
  if (draft.body) return
  const finding = findingOf(world, me.mall)
  const kind = finding || draft.kind !== "finding_update" ? draft.kind : "note"
  const words = `by ${me.name} on ${draft.phone.name}`
  Object.assign(draft, { kind, words, at, finding, hashes: draft.photos.map(({ sha256 }) => sha256) })
  const body = KINDS[kind](words, draft)
  Object.assign(draft, { person: me.id, mall: me.mall, body, text: JSON.stringify(body) })
}

// An earlier finding of the mall; it may not have arrived yet.
function findingOf({ saved, dice }, mall) {
  const found = [...saved.values()].filter((draft) => draft.kind === "finding" && draft.mall === mall)
  return found.length ? dice.pick(found).id : null
}

// A second tap, or the same form after a crash: the id stays.
export function saveAgain(world, phone) {
  const mine = [...world.drafts.values(), ...world.saved.values()].filter((draft) => draft.phone === phone)
  if (mine.length && phone.page) finish(world, phone, phone.page, world.dice.pick(mine))
}

const isOnline = ({ air }) => air.state === "good" || air.state === "bad"

export async function signIn(world, phone, person = world.dice.pick(world.server.people)) {
  if (!isOnline(phone)) return
  world.note(`${person.name} signs in on ${phone.name}`)
  phone.cookie = await world.server.signIn(person)
  phone.holder = person
  phone.reopen()
}

export async function signOut(world, phone) {
  const { page } = phone
  if (!page || !phone.cookie || !isOnline(phone)) return
  await world.server.endSession(phone.cookie)
  phone.cookie = phone.holder = null
  world.act(`signs out on ${phone.name}`, async () => {
    await page.modules.session.forgetPerson()
    phone.reopen()
  }, TOLD)
}

export function pressSend(world, phone) {
  const { page } = phone
  if (page) world.act(`${phone.name}: send now`, () => page.modules.triggers.sendNow(), TOLD)
}

// Everything of one's own in the tray once more; where a photo was the trouble, without it.
export function retryRefused(world, phone) {
  const { page } = phone
  if (!page) return
  world.act(`${phone.name}: again what was refused`, async () => {
    for (const { id } of await page.modules.outbox.refused()) await page.modules.outbox.retryRefused(id)
  }, TOLD)
}

// The tray of one phone as a file, taken in on another.
export function carryTray(world, phone) {
  const other = world.dice.pick(world.phones.filter((one) => one !== phone))
  const [from, to] = [phone.page, other.page]
  if (!from || !to) return
  world.act(`tray of ${phone.name} to ${other.name}`, async () => {
    const file = await from.modules.outbox.exportTray()
    if (!to.isDead) await to.modules.outbox.importTray(file)
  }, TOLD)
}

// Looks at the outbox: what a person is shown is theirs alone.
export function look(world, phone) {
  const { page } = phone
  if (!page) return
  world.act(`${phone.name}: looks`, async () => {
    const { outbox, session } = page.modules
    const before = await session.whoami()
    const shown = [...(await outbox.waiting()), ...(await outbox.refused()), ...(await outbox.received())]
    const after = await session.whoami()
    const foreign = shown.filter(({ recordedBy }) => recordedBy !== before?.id)
    if (before?.id === after?.id && foreign.length) throw new Error(`I6: ${phone.name} shows another's work`)
  }, TOLD)
}
