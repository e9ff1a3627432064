// The ways to desk pages. Without a connection the browser's own error page would take the
// app's place, and an app on the home screen has no way back from there.

import { askForeign } from "../sync/net.js"
import { $ } from "./dom.js"

// Beside such a link stands what it needs, and in data-network what to say without it.
export function guardDeskLinks() {
  addEventListener("click", (event) => {
    const link = event.target.closest("a")
    const said = link && $("[data-network]", link.parentElement)
    if (!said) return
    event.preventDefault()
    leave(link, said)
  })
}

async function leave({ href }, said) {
  const before = said.textContent
  said.textContent = "…"
  const isThere = (await askForeign("/healthz")).kind === "answer"
  said.textContent = isThere ? before : said.dataset.network
  if (isThere) location.assign(href)
}
