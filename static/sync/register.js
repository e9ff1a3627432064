// The service worker's registration, and its updates: never under an open form.

let registration = null
let reloading = false

// onUpdateReady() is called when a new version waits. Returns false where the browser
// has no service worker: then nothing starts offline, but everything else works.
export async function registerWorker({ onUpdateReady = () => {} } = {}) {
  if (!navigator.serviceWorker) return false
  try {
    registration = await navigator.serviceWorker.register("/sw.js", {
      scope: "/floor/", type: "module", updateViaCache: "none",
    })
  } catch {
    return false
  }
  if (registration.waiting) onUpdateReady()
  registration.addEventListener("updatefound", () => whenWaiting(registration.installing, onUpdateReady))
  document.addEventListener("visibilitychange", lookForUpdate)
  return true
}

// The very first worker takes over at once; only a second one is an update.
function whenWaiting(worker, onUpdateReady) {
  worker.addEventListener("statechange", () => {
    if (worker.state === "installed" && registration.active) onUpdateReady()
  })
}

// Whether the app opens on this phone without network.
export async function startsOffline() {
  const known = await navigator.serviceWorker?.getRegistration("/floor/").catch(() => null)
  return Boolean(known?.active)
}

// Resolves once it does; or after a while in any case, and then startsOffline() tells.
export async function untilStartsOffline(patienceMs = 30_000) {
  const patience = new Promise((resolve) => setTimeout(resolve, patienceMs))
  if (navigator.serviceWorker) await Promise.race([navigator.serviceWorker.ready, patience])
}

function lookForUpdate() {
  if (document.visibilityState === "visible") registration.update().catch(() => {})
}

// To be called when no form is open: the new version takes over and the page reloads.
export function applyUpdate() {
  if (!registration?.waiting || reloading) return
  reloading = true
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload())
  registration.waiting.postMessage("skip-waiting")
}
