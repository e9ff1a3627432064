// What a walk needs without network: the walk pack and the forms of its checklists.

import { BUILD } from "/floor/build.js"
import { userDb } from "./db.js"
import { language } from "./language.js"
import * as net from "./net.js"
import { startsOffline, untilStartsOffline } from "./register.js"
import { connect, whoami } from "./session.js"
import { fetchHandovers } from "./told.js"

const FORMS = "mallops-forms"
const FORMS_AT_ONCE = 3
const OLD_AFTER_MS = 16 * 3600_000

// Fetches everything; onProgress({done, all}). Returns {kind, readiness}: kind as in
// net.js, "answer" when all is there. What was fetched before stays until replaced.
export async function fetchPack(onProgress = () => {}) {
  const session = await connect()
  if (session.kind !== "answer") return { kind: session.kind, readiness: await readiness() }
  const outcome = await net.askForeign("/floor/pack")
  if (outcome.kind !== "answer") return { kind: outcome.kind, readiness: await readiness() }
  const fresh = outcome.body
  const [lang, known] = [await language(), await stored()]
  const urls = fresh.checklists.map((checklist) => `${checklist.form}/${lang}`)
  await (await userDb()).put("pack", { pack: fresh, urls, build: known?.build, fetchedAt: Date.now() }, "pack")
  await fetchHandovers(fresh)
  const whole = await fetchForms(urls, known?.build !== BUILD, onProgress)
  if (whole) await markBuild()
  await untilStartsOffline()
  return { kind: whole ? "answer" : "offline", readiness: await readiness() }
}

// Forms of a version never change, but the app that draws them does: a new build fetches all.
// A few at a time: one by one each would wait for the way there and back, and all at once
// would share what a weak signal carries until none arrives in time.
async function fetchForms(urls, all, onProgress) {
  const [cache, left] = [await caches.open(FORMS), [...urls]]
  let [done, whole] = [0, true]
  const keepLeft = async () => {
    for (let url = left.shift(); url; url = left.shift()) {
      const kept = (!all && (await cache.match(url))) || (await keepForm(cache, url))
      whole = Boolean(kept) && whole
      onProgress({ done: ++done, all: urls.length })
    }
  }
  onProgress({ done, all: urls.length })
  await Promise.all(Array.from({ length: FORMS_AT_ONCE }, keepLeft))
  return whole
}

async function keepForm(cache, url) {
  const response = await net.keepable(url)
  if (response) await cache.put(url, response)
  return Boolean(response)
}

async function markBuild() {
  const kept = await stored()
  await (await userDb()).put("pack", { ...kept, build: BUILD }, "pack")
}

const stored = async () => (await userDb()).get("pack", "pack")

// The walk pack of the signed-in person, or null.
export async function pack() {
  const [me, kept] = [await whoami(), await stored()]
  return me && kept?.pack.person.id === me.id ? kept.pack : null
}

// {ready, reason, fetchedAt (ms), missing}; reason: "none" · "forms" · "app" · "old" · null.
// "app": the browser has not kept the app itself, so it would not open without network.
export async function readiness(now = Date.now()) {
  const [mine, kept] = [await pack(), await stored()]
  if (!mine) return { ready: false, reason: "none", fetchedAt: null, missing: 0 }
  const missing = await missingForms(kept.urls)
  const reason = missing ? "forms" : (await startsOffline()) ? (isOld(kept, now) ? "old" : null) : "app"
  return { ready: !reason, reason, fetchedAt: kept.fetchedAt, missing }
}

async function missingForms(urls) {
  const cache = await caches.open(FORMS)
  const found = await Promise.all(urls.map((url) => cache.match(url)))
  return found.filter((response) => !response).length
}

// Older than the business day it was made for, or than a shift with a margin.
function isOld({ pack: { day_ends_at }, fetchedAt }, now) {
  return now > Date.parse(day_ends_at) || Math.abs(now - fetchedAt) > OLD_AFTER_MS
}
