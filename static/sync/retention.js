// What a phone may forget of what the server has. Pure.
// Received work stays a while, so that a server restored from an old backup can be
// fed again. Time is the server's: a phone's wrong clock must not forget anything.

import { isStored } from "./rules.js"

const DAY_MS = 24 * 3600_000
const TEXT_DAYS = 30
const PHOTO_DAYS = 7

// backedUp: {mall code: ledger_seq up to which that mall's photos are backed up}
export function forgettable(entries, photoHashes, { serverNow, backedUp }) {
  const gone = entries.filter((entry) => hasAge(entry, TEXT_DAYS, serverNow))
  const needed = new Set(
    entries
      .filter((entry) => !isSpare(entry, backedUp) && !hasAge(entry, PHOTO_DAYS, serverNow))
      .flatMap((entry) => entry.photos),
  )
  return {
    entries: gone.map((entry) => entry.id),
    photos: photoHashes.filter((hash) => !needed.has(hash)),
  }
}

const hasAge = (entry, days, serverNow) =>
  isStored(entry) && serverNow - Date.parse(entry.receipt.received_at) > days * DAY_MS

const isSpare = (entry, backedUp) =>
  isStored(entry) && entry.receipt.ledger_seq <= (backedUp[entry.mall] ?? 0)
