// Makes a finished or stopped draft one sealed entry of the outbox.

import { toBody } from "../checklists/answers.js"
import { seal } from "../sync/outbox.js"
import { labelOf } from "./draft.js"
import { withOffset } from "./format.js"

// `photos`: Map of hash to bytes; only those an answer names are sealed with it. Whose draft it
// is says who recorded it: to ask the storage again would make a slow phone wait.
export function sealInspection(draft, definition, photos) {
  const now = withOffset(new Date(), draft.timeZone)
  const body = toBody(draft, definition, now)
  const named = new Set(Object.values(body.answers).flatMap((answer) => answer.photos ?? []))
  return seal({
    id: draft.id, kind: "inspection", v: 1, mall: draft.mall, round: draft.round,
    recordedBy: draft.person, recordedAt: now, label: labelOf(draft), body,
    photos: [...named].map((sha256) => ({ sha256, bytes: photos.get(sha256) })),
  })
}
