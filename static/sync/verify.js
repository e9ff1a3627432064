// Asks the server now and then whether it still has what it confirmed.

import { isForgotten, toVerify, waitingAgain } from "./rules.js"
import * as store from "./store.js"

const EVERY_MS = 3600_000

// The ids to ask about now; none when it was asked lately.
export async function due(now) {
  const since = now - ((await store.meta("verified")) ?? 0)
  return since >= 0 && since < EVERY_MS ? [] : toVerify(await store.storedByServer())
}

export async function verified(ids, { epoch, missing = [] }, now) {
  await store.settle(ids, (entry) =>
    isForgotten(entry, { epoch, missing }) ? waitingAgain(entry) : { ...entry, verifiedAt: now },
  )
  if (ids.length) await store.setMeta("verified", now)
}
