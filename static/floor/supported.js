// What this browser lacks to keep work safe without signal, said in words.

import { language } from "../sync/language.js"
import { whoami } from "../sync/session.js"
import { $, show } from "./dom.js"
import { t } from "./i18n.js"

// Shows what is missing; resolves with whether work can be kept at all.
export async function tellMissing() {
  const missing = await whatIsMissing()
  const fatal = missing.some(({ isFatal }) => isFatal)
  const notice = show($("#missing"), missing.length > 0)
  $("strong", notice).textContent = fatal
    ? t("This browser cannot keep work safe.")
    : t("The app will not open without signal.")
  $("ul", notice).replaceChildren(...missing.map(({ text }) => line(text)))
  return !fatal
}

async function whatIsMissing() {
  const missing = []
  if (!globalThis.isSecureContext) {
    missing.push({ text: t("The address must start with https."), isFatal: !globalThis.crypto?.subtle })
  } else if (!navigator.serviceWorker) {
    missing.push({ text: t("No service worker: leave private browsing, or use a current Chrome or Safari.") })
  }
  if (!(await canStore())) {
    missing.push({ text: t("No storage: leave private browsing, or allow this site to store data."), isFatal: true })
  }
  return missing
}

// Reading from both databases is the only honest test; they are needed next anyway.
async function canStore() {
  try {
    await Promise.all([whoami(), language()])
    return true
  } catch (error) {
    return error.code === "blocked" // an old window stands in the way: said when saving
  }
}

function line(text) {
  return Object.assign(document.createElement("li"), { textContent: text })
}
