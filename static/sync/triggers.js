// When to hand in the outbox: at start, after saving, when the network or the page comes
// back, and after a while. `navigator.onLine` is never believed.

import { listen } from "./channel.js"
import { drain } from "./drain.js"
import { askToPersist } from "./keep.js"
import { backOff } from "./rules.js"

const TAG = "mallops-drain"
const BREATH_MS = 100 // "saved" is drawn first
const REST_MS = 2000 // a run of taps goes in few requests
const CONTACT_EVERY_MS = 5 * 60_000 // an idle phone shows that it is there
let timer = null
let soon = null
let sentAt = -REST_MS
let failures = 0
let started = false

export function startTriggers() {
  if (started) return
  started = true
  askToPersist()
  addEventListener("online", sendNow)
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendNow())
  listen("sealed", sendSoon)
  sendNow()
}

// One entry at once; many in a row together, the first of them after a moment.
function sendSoon() {
  soon ??= setTimeout(() => {
    soon = null
    sentAt = performance.now()
    askForSync()
    sendNow()
  }, Math.max(BREATH_MS, sentAt + REST_MS - performance.now()))
}

// The button. Waits that the server asked for are kept all the same.
export async function sendNow() {
  clearTimeout(timer)
  const outcome = await drain()
  failures = outcome.kind === "answer" ? 0 : failures + 1
  clearTimeout(timer)
  timer = setTimeout(sendNow, wait(outcome))
}

function wait({ kind, after = 0 }) {
  return kind === "answer" ? CONTACT_EVERY_MS * (0.8 + Math.random() * 0.4) : backOff(failures, Math.random(), after)
}

// Background Sync, where the browser has it: sends with the page closed. Never relied on.
async function askForSync() {
  const registration = await navigator.serviceWorker?.getRegistration("/floor/").catch(() => null)
  await registration?.sync?.register(TAG).catch(() => {})
}
