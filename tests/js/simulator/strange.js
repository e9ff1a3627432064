// Answers that look like our server's and are none: the server never saw the request.

const receipt = (sha256) => ({ ledger_seq: 1_000_000, sha256, received_at: "2026-11-21T02:00:00.000Z", flags: [] })
const accepted = ({ id, sha256 }) => ({ id, status: "accepted", receipt: receipt(sha256) })

// Each has one fault by which the phone can tell.
const FAULTS = {
  staleNonce: (entries) => ({ nonce: "of an earlier request", results: entries.map(accepted) }),
  otherProtocol: (entries) => ({ protocol: "mallops-sync/9", results: entries.map(accepted) }),
  wrongHash: (entries) => ({ results: entries.map(({ id }) => accepted({ id, sha256: "0".repeat(64) })) }),
  noReceipt: (entries) => ({ results: entries.map(({ id }) => ({ id, status: "accepted" })) }),
  unknownStatus: (entries) => ({ results: entries.map((entry) => ({ ...accepted(entry), status: "postponed" })) }),
  others: (entries) => ({ results: entries.map(({ sha256 }) => accepted({ id: "somebody else's", sha256 })) }),
}

export const STRANGE = Object.keys(FAULTS)

export function strangeAnswer(fault, request, { epoch, now }) {
  const { protocol, nonce, entries } = JSON.parse(request.body)
  const standing = { epoch, server_time: new Date(now).toISOString(), backed_up_through: 0, missing: [] }
  const content = { protocol, nonce, ...standing, ...FAULTS[fault](entries) }
  return { status: 200, type: "application/json", text: JSON.stringify(content) }
}
