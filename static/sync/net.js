// One request to our server and what came of it: an outcome {kind, body?, code?, after?}.
// kind: answer · signed_out · forbidden · malformed · too_large · unprocessable ·
// portal · unwell · offline. Never throws for what the network does.

import { classify } from "./answers.js"

const PATIENCE_MS = 15_000
const PORTAL_PATIENCE_MS = 3000
const PHOTO_PATIENCE_MS = 60_000

export async function ask(path) {
  const outcome = await request(path, {})
  return outcome.kind === "offline" && (await isRedirected(path)) ? { kind: "portal" } : outcome
}

// A portal that sends everybody to its own page looks like no network at all, because
// redirects are not followed. Looked at once more without following, it shows.
const isRedirected = (path) =>
  inTime(PORTAL_PATIENCE_MS, async (signal) => {
    const response = await fetch(path, { redirect: "manual", cache: "no-store", signal })
    return response.type === "opaqueredirect"
  })

export const askForeign = (path) => request(path, { foreign: true })

export const tell = (path, content) =>
  request(path, {
    method: "POST",
    body: JSON.stringify(content),
    type: "application/json",
    nonce: content.nonce,
  })

export const carry = (path, bytes) =>
  request(path, { method: "PUT", body: bytes, type: "image/jpeg", patience: PHOTO_PATIENCE_MS })

async function request(path, { method = "GET", body, type, nonce, foreign, patience = PATIENCE_MS }) {
  const outcome = await inTime(patience, async (signal) => {
    const response = await fetch(path, {
      method, body, signal,
      headers: { "X-MallOps": "1", Accept: "application/json", ...(type && { "Content-Type": type }) },
      redirect: "error", cache: "no-store", credentials: "same-origin",
    })
    return classify(await facts(response), { nonce, foreign })
  })
  return outcome ?? { kind: "offline" }
}

// What came of it, or null. The limit covers the body too: in a basement a request may hang for ever.
async function inTime(patience, work) {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), patience)
  try {
    return await work(abort.signal)
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

// A form to keep: the whole response, or null when it is not exactly that.
export const keepable = (path) =>
  inTime(PATIENCE_MS, async (signal) => {
    const response = await fetch(path, { signal, redirect: "error", cache: "no-store" })
    return isKeepable(response) ? await whole(response) : null
  })

const isKeepable = (response) =>
  response.status === 200 && !response.redirected &&
  /^text\/html\b/.test(response.headers.get("Content-Type"))

async function whole(response) {
  const headers = { "Content-Type": response.headers.get("Content-Type") }
  return new Response(await response.text(), { headers })
}

async function facts(response) {
  const text = await response.text()
  return {
    status: response.status,
    redirected: response.redirected,
    type: response.headers.get("Content-Type"),
    retryAfter: response.headers.get("Retry-After"),
    date: response.headers.get("Date"),
    body: parsed(text),
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
