// The body of a `door` entry, and what it still needs (domain 4.5). Pure.

const REASONED = new Set(["late", "not_open"])
const SHOWN = new Set(["late", "not_open", "early"]) // in a photo
const OPEN = new Set(["on_time", "late"])
const SHUT = new Set(["closed", "early"])

// Which of the further questions a status brings along.
export function asks({ status }) {
  return {
    reason: REASONED.has(status), staff: OPEN.has(status), lights: OPEN.has(status), tidy: OPEN.has(status),
    locked: SHUT.has(status),
  }
}

export const needsPhoto = ({ status, tidy }) => SHOWN.has(status) || (OPEN.has(status) && tidy === "no")

// "status", "reason", "photo", or null.
export function missingIn(draft) {
  if (!draft.status) return "status"
  if (REASONED.has(draft.status) && !draft.reason) return "reason"
  return needsPhoto(draft) && !draft.photos.length ? "photo" : null
}

export function bodyOf({ unit, event, status, seenAt, how, text, photos, confirmed_by: who, ...fields }) {
  const asked = asks({ status })
  const filled = Object.keys(asked).filter((name) => asked[name] && fields[name])
  return {
    unit, event, status, seen_at: seenAt, how, note: text.trim(), photos,
    ...Object.fromEntries(filled.map((name) => [name, valueOf(name, fields[name])])),
    ...(who?.trim() && { confirmed_by: who.trim() }),
  }
}

function valueOf(name, value) {
  if (name === "reason") return value
  return name === "staff" ? Number(value) : value === "yes"
}
