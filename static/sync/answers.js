// What counts as an answer of our server. Pure.
// Everything else (login page, captive portal, cut body, 5xx) means: nothing is known.

import { PROTOCOL } from "./rules.js"

const LONGEST_ASKED_WAIT_S = 3600 // a portal may ask for a year

// facts: {status, redirected, type, body (parsed JSON or undefined), retryAfter, date}
// nonce: what the answer must echo; foreign: JSON that is not of the sync protocol.
export function classify(facts, { nonce, foreign = false } = {}) {
  const { status, redirected, body } = facts
  if (redirected) return { kind: "portal" }
  if (status === 413) return { kind: "too_large" }
  if (status === 429 || status >= 500) return { kind: "unwell", after: askedWait(facts) }
  if (!isNamedJson(facts)) return { kind: "portal" }
  if (typeof body !== "object" || body === null) return { kind: "unwell", after: 0 } // cut
  if (status === 200 || status === 201) return success(body, nonce, foreign)
  return { kind: REFUSALS[status]?.(body) ?? "unwell", code: body.code }
}

const REFUSALS = {
  400: () => "malformed",
  401: (body) => (body.code === "signed_out" ? "signed_out" : "unwell"),
  403: () => "forbidden",
  422: () => "unprocessable",
}

function success(body, nonce, foreign) {
  if (foreign) return { kind: "answer", body }
  const ours = body.protocol === PROTOCOL && (nonce === undefined || body.nonce === nonce)
  return ours ? { kind: "answer", body } : { kind: "unwell", after: 0 }
}

const isNamedJson = ({ type }) => /^application\/json\b/i.test(type ?? "")

// Seconds that Retry-After asks for; it is a number or a date by the server's clock.
export function askedWait({ retryAfter, date }) {
  if (!retryAfter) return 0
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.parse(date)) / 1000
  return Math.min(Math.max(0, Math.ceil(seconds) || 0), LONGEST_ASKED_WAIT_S)
}
