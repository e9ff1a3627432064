// Which notices are still to be brought, and what a delivery says. Pure.

const DONE = new Set(["signed", "refused"])

// entries: own deliveries on this phone with their bodies read; those refused by the server do not count.
export function toDeliver(notices = [], entries) {
  const taken = entries.filter(({ state, body }) => state !== "refused" && DONE.has(body.outcome))
  const brought = new Set(taken.map(({ body }) => body.notice))
  return notices.filter(({ id }) => !brought.has(id))
}

// "signer_name" · "signature" · "photo" (of who would not sign); or null.
export function missingIn({ outcome, signer_name: signer, signature, photos }) {
  if (outcome === "refused") return photos.length ? null : "photo"
  if (outcome !== "signed") return null
  return signer?.trim() ? (signature ? null : "signature") : "signer_name"
}

export function bodyOf({ notice, outcome, signer_name: signer = "", signature = null, photos, note = "" }) {
  const isSigned = outcome === "signed"
  return {
    notice, outcome, signer_name: isSigned ? signer.trim() : "", signature: isSigned ? signature : null,
    photos, note: note.trim(),
  }
}
