// What goes on beside the views once the first is drawn: sending, readiness, updates.

import { applyUpdate, registerWorker } from "../sync/register.js"
import { onPerson } from "../sync/session.js"
import { startTriggers } from "../sync/triggers.js"
import { startChip } from "./chip.js"
import { $, show } from "./dom.js"
import { offerInstall } from "./install-hint.js"
import { guardDeskLinks } from "./network.js"
import { getReady } from "./ready.js"
import "./room-left.js"
import { laterStyles } from "./styles.js"

export async function startBackground() {
  startChip()
  guardDeskLinks()
  laterStyles()
  onPerson(startAnew)
  registerWorker({ onUpdateReady: offerUpdate })
  startTriggers()
  offerInstall()
  await getReady()
}

// Somebody else is signed in now: nothing of the person before stays on screen.
function startAnew({ before }) {
  if (before) location.replace("/floor/")
}

// A new version waits until no form is open: the notice stands on every other view.
function offerUpdate() {
  const notice = show($("#update"))
  $("button", notice).addEventListener("click", applyUpdate, { once: true })
}
