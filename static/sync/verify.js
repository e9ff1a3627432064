// Asks the server now and then whether it still has what it confirmed.

import { isForgotten, toVerify, waitingAgain } from "./rules.js"
import * as store from "./store.js"

const EVERY_MS = 3600_000

const isFresh = (at, now) => now >= at && now - at < EVERY_MS

// The ids to ask about now; none when it was asked lately.
export async function due(now) {
  if (isFresh((await store.meta("verified")) ?? 0, now)) return []
  const stored = await store.storedByServer()
  return toVerify(stored.filter(({ verifiedAt }) => !isFresh(verifiedAt, now)))
}

export async function verified(ids, { epoch, missing = [] }, now) {
  await store.settle(ids, (entry) =>
    isForgotten(entry, { epoch, missing }) ? waitingAgain(entry) : { ...entry, verifiedAt: now },
  )
  await store.setMeta("verified", now) // also when none was due: looking takes long with thousands
}
