// The service worker: keeps the app startable without network, and hands in the outbox
// when the browser says there is one again. It answers only GET, and only what is listed.

import { BUILD, PRECACHE, SHELLS } from "/floor/build.js"
import { drain } from "/static/sync/drain.js"
import { fetchKept } from "/static/sync/kept.js"
import { language } from "/static/sync/language.js"

const APP = `mallops-app-${BUILD}`
const HASHES = new Map(PRECACHE)
const FORMS = "mallops-forms"

const RULES = [
  { applies: isFloor, answer: shell },
  { applies: isPrecached, answer: fromApp },
  { applies: isForm, answer: fromForms },
]

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return
  const url = new URL(event.request.url)
  if (url.origin !== self.location.origin) return
  const rule = RULES.find(({ applies }) => applies(url, event.request))
  if (rule) event.respondWith(rule.answer(url, event.request))
})

function isFloor({ pathname }, { mode }) {
  return mode === "navigate" && pathname === "/floor/"
}

function isPrecached({ pathname }) {
  return HASHES.has(pathname)
}

function isForm({ pathname }) {
  return pathname.startsWith("/floor/forms/")
}

// In the chosen language; where that one cannot be had now, in another.
async function shell(_url, request) {
  const app = await caches.open(APP)
  const chosen = await ownShell()
  const known = (await app.match(chosen)) ?? (await keep(app, chosen).catch(() => null))
  if (known) return known
  for (const path of Object.values(SHELLS)) {
    const other = await app.match(path)
    if (other) return other
  }
  return fetch(request)
}

const ownShell = async () => SHELLS[await language().catch(() => "en")]

async function keep(app, path) {
  const isShell = Object.values(SHELLS).includes(path)
  const response = await fetchKept(path, HASHES.get(path), isShell ? "/floor/" : path)
  await app.put(path, response.clone())
  return response
}

async function fromApp({ pathname }, request) {
  const app = await caches.open(APP)
  return (await app.match(pathname)) ?? fetch(request)
}

async function fromForms({ pathname }, request) {
  const forms = await caches.open(FORMS)
  const known = await forms.match(pathname)
  if (known) return known
  const response = await fetch(request)
  const isWhole = response.status === 200 && !response.redirected && response.type === "basic"
  if (isWhole) await forms.put(pathname, response.clone())
  return response
}

self.addEventListener("install", (event) => event.waitUntil(precache()))

// All or nothing: one file that fails leaves the old worker in charge.
async function precache() {
  const [app, chosen] = [await caches.open(APP), await ownShell()]
  try {
    const others = Object.values(SHELLS).filter((path) => path !== chosen)
    const paths = [...HASHES.keys()].filter((path) => !others.includes(path))
    await Promise.all(paths.map((path) => keep(app, path)))
  } catch (error) {
    await caches.delete(APP)
    throw error
  }
}

self.addEventListener("activate", (event) => event.waitUntil(takeOver()))

async function takeOver() {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith("mallops-app-") && name !== APP)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.clients.claim()
}

self.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") self.skipWaiting()
})

// Rejecting asks the browser to come back to it.
self.addEventListener("sync", (event) => {
  if (event.tag === "mallops-drain") event.waitUntil(drainAll())
})

async function drainAll() {
  const { kind } = await drain()
  if (kind === "offline" || kind === "unwell") throw new Error(`not all sent: ${kind}`)
}
