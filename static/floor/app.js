// Starts the floor app and shows one view at a time, by the hash of the address.

import { startTriggers } from "../sync/triggers.js"
import { applyUpdate, registerWorker } from "../sync/register.js"
import { startChip } from "./chip.js"
import { $, $$, show } from "./dom.js"
import * as due from "./due.js"
import { offerInstall } from "./install-hint.js"
import * as more from "./more.js"
import * as note from "./note.js"
import * as outbox from "./outbox-page.js"
import { getReady } from "./ready.js"
import * as round from "./round.js"
import { tellMissing } from "./supported.js"

// view: {open(argument), close?()}; several routes may share one.
const ROUTES = { due, note, outbox, more, round, draft: round, start: round }
let current = null

async function boot() {
  const isSafe = await tellMissing()
  if (!isSafe) return
  show($("#bar"))
  startChip()
  registerWorker({ onUpdateReady: offerUpdate })
  addEventListener("hashchange", go)
  await go()
  getReady()
  startTriggers()
  offerInstall()
}

async function go() {
  const [name, ...rest] = location.hash.slice(1).split("/")
  const view = ROUTES[name] ?? due
  const id = view === round ? "round" : (ROUTES[name] ? name : "due")
  await current?.close?.()
  const isFirst = current === null
  current = view
  for (const section of $$(".view")) show(section, section.id === `view-${id}`)
  frame(id)
  await view.open(decodeURIComponent(rest.join("/")), name)
  if (!isFirst) arrive(id)
}

// The frame around a view: where one is, and whether an open form takes the bar's place.
function frame(id) {
  const isForm = id === "round"
  document.body.classList.toggle("floor--form", isForm)
  show($("#bar"), !isForm)
  show($("#back"), isForm || id === "outbox")
  show($("#progress"), isForm)
  show($("#notices"), !isForm)
  for (const link of $$("#bar a")) {
    if (link.dataset.view === id) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
  }
}

// Where a screen reader and the keyboard go on after a change of view.
function arrive(id) {
  if (id !== "round") scrollTo(0, 0)
  if (!$(`#view-${id}`).contains(document.activeElement)) $(`#view-${id} h1`).focus({ preventScroll: true })
}

// A new version waits until no form is open: the notice stands on every other view.
function offerUpdate() {
  const notice = show($("#update"))
  $("button", notice).addEventListener("click", applyUpdate, { once: true })
}

boot()
