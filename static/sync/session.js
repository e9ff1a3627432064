// Who is signed in on this phone, also without network, and the server's word on it.

import { announce, announceElsewhere, listen } from "./channel.js"
import { outboxDb, userDb, wipeUser } from "./db.js"
import { installId } from "./install.js"
import { ask } from "./net.js"
import { isForgotten, waitingAgain } from "./rules.js"
import * as store from "./store.js"

// {id, name, role, mall} or null. An expired session changes nothing here: capture goes on.
export async function whoami() {
  return (await (await userDb()).get("meta", "person")) ?? null
}

// callback({id, before}): before is who it was until now, null for nobody.
export const onPerson = (callback) => listen("person", callback)

// Asks the server who is signed in and takes that in. Returns net.js's outcome; with
// kind "answer", body is the session.
export async function connect() {
  const outcome = await ask(`/sync/session?${await aboutThisPhone()}`)
  if (outcome.kind === "answer") await adopt(outcome.body)
  return outcome
}

// What the server cannot see by itself: how many numbers were given here, what waits, how long.
async function aboutThisPhone() {
  const [install, seq = 0, waiting] = [await installId(), await store.meta("seq"), await store.queueOf("waiting")]
  const oldest = waiting.count ? Math.round((Date.now() - waiting.since) / 1000) : 0
  return new URLSearchParams({ install, seq, waiting: waiting.count, oldest_s: oldest })
}

// The binding first: once the person is known here they can save, and what they save needs it.
async function adopt(session) {
  const tx = (await outboxDb()).transaction("meta", "readwrite")
  await tx.store.put(session.binding, `binding:${session.user.id}`)
  await tx.done
  await becomes(session.user)
  await heard(session, session.user.mall)
}

// Another person than before: the walk pack and drafts of the one before go, the outbox stays.
async function becomes(user) {
  const before = await whoami()
  if (before && before.id !== user.id) await wipeUser()
  await (await userDb()).put("meta", user, "person")
  if (before?.id !== user.id) announce({ type: "person", id: user.id, before: before?.id ?? null })
}

// What every valid answer says about the server: its life, its clock, its backups.
export async function heard({ epoch, server_time, backed_up_through }, mall) {
  const tx = (await outboxDb()).transaction("meta", "readwrite")
  const backedUp = (await tx.store.get("backedUp")) ?? {}
  await tx.store.put({ ...backedUp, [mall]: backed_up_through }, "backedUp")
  await tx.store.put(Date.parse(server_time), "serverNow")
  const changed = (await tx.store.get("epoch")) !== epoch
  await tx.done
  if (changed) await newEpoch(epoch)
}

// The new epoch is kept only after the entries wait again: a kill in between repeats it.
async function newEpoch(epoch) {
  const stored = await store.storedByServer()
  await store.settle(
    stored.map((entry) => entry.id),
    (entry) => (isForgotten(entry, { epoch }) ? waitingAgain(entry) : entry),
  )
  await store.setMeta("epoch", epoch)
}

// Signing out on purpose: pack and drafts of this person leave the phone, unsent work stays.
// The page that does it goes on by itself; the others are told.
export async function forgetPerson() {
  const before = await whoami()
  await wipeUser()
  announceElsewhere({ type: "person", id: null, before: before?.id ?? null })
}
