// How much room is left on the phone, and making some: only what the server has goes.

import { forgettable } from "./retention.js"
import * as store from "./store.js"

const TIDY_EVERY_MS = 3600_000

// Bytes; persisted: the browser promised not to evict by itself.
export async function room() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {}
  const persisted = (await navigator.storage?.persisted?.()) ?? false
  return { usage, quota, free: Math.max(0, quota - usage), persisted }
}

export async function askToPersist() {
  return (await navigator.storage?.persist?.()) ?? false
}

export async function tidyNowAndThen() {
  const [serverNow, tidied = 0] = [await store.meta("serverNow"), await store.meta("tidied")]
  if (serverNow - tidied > TIDY_EVERY_MS) await makeRoom()
}

// Forgets what is due; unsent work never. Without a word from the server about the
// time or its backups nothing is due.
export async function makeRoom() {
  const serverNow = await store.meta("serverNow")
  if (!serverNow) return
  const backedUp = (await store.meta("backedUp")) ?? {}
  const photos = await store.photoHashes() // first: what is saved from now on is not among them
  const entries = [...(await store.unsent()), ...(await store.storedByServer())]
  await store.forget(forgettable(entries, photos, { serverNow, backedUp }))
  await store.setMeta("tidied", serverNow)
}
