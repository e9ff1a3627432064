// Starts the floor app and shows one view at a time, by the hash of the address.

import { whoami } from "../sync/session.js"
import { $, $$, show } from "./dom.js"
import * as due from "./due.js"
import { laterStyles } from "./styles.js"
import { tellMissing } from "./supported.js"

// What is due opens at once; the others are read when somebody goes there.
const ROUTES = {
  due: () => due,
  doors: () => import("../doors/roster.js"),
  door: () => import("../doors/door.js"),
  findings: () => import("../findings/worklist.js"),
  finding: () => import("../findings/report.js"),
  follow: () => import("../findings/follow.js"),
  notice: () => import("../notices/deliver.js"),
  handover: () => import("../handovers/page.js"),
  note: () => import("./note.js"),
  outbox: () => import("./outbox-page.js"),
  more: () => import("./more.js"),
  round: () => import("./round.js"),
}
const WAYS = { draft: "round", start: "round", shop: "door" } // other ways into a view
const FULL = new Set(["round", "finding", "follow", "notice", "door", "handover"]) // they take the bar's place
let current = null
let at = "" // the view on screen; none, where the phone knows nothing yet that it could show
let before = "#findings" // the address before it

let turning = Promise.resolve()

async function boot() {
  addEventListener("hashchange", goOn) // first: a tap while the app starts counts too
  const opening = go()
  opening.catch(() => {}) // without storage nothing opens, and the next line says so
  if (!(await tellMissing())) return hideAll()
  await opening
  addEventListener("mallops:pack", goHome)
  const { startBackground } = await import("./background.js")
  await startBackground()
}

// Nothing here may be used where nothing can be kept.
function hideAll() {
  removeEventListener("hashchange", goOn)
  for (const part of [...$$(".view"), $("#bar")]) show(part, false)
}

function goOn({ oldURL }) {
  before = new URL(oldURL).hash || "#"
  go()
}

// One view after the other, however fast the taps: two half-opened ones would mix.
function go() {
  turning = turning.catch(() => {}).then(turn)
  return turning
}

// What opens first: to a team its work list, to others what is due.
async function home() {
  const me = await whoami().catch(() => null) // without storage: what is due says so
  return me?.role === "team" ? "findings" : "due"
}

// Who it is may be known only now.
async function goHome() {
  if (location.hash ? !at : at !== (await home())) go()
}

// view: {open(argument, route, address before), close?()}; open resolves with false where the
// phone knows nothing yet: then signing in and getting ready are in sight instead.
async function turn() {
  const [name, ...rest] = location.hash.slice(1).split("/")
  const id = WAYS[name] ?? (name in ROUTES ? name : await home())
  const [view] = await Promise.all([ROUTES[id](), id === "due" || laterStyles()])
  await current?.close?.()
  const isFirst = current === null
  current = view
  for (const section of $$(".view")) show(section, section.id === `view-${id}`)
  frame(id)
  at = id
  const opening = view.open(decodeURIComponent(rest.join("/")), name, before)
  if (!isFirst && id !== "round") scrollTo(0, 0)
  if ((await opening) === false) at = ""
  if (!at) show($("#notices"))
  if (!isFirst) arrive(id)
}

// The frame around a view: where one is, and whether an open form takes the bar's place.
function frame(id) {
  const isFull = FULL.has(id)
  document.body.classList.toggle("floor--form", isFull)
  show($("#bar"), !isFull)
  show($("#back"), isFull || id === "outbox").href = "#due"
  show($("#report"), id !== "finding")
  show($("#progress"), id === "round")
  show($("#notices"), !isFull)
  for (const link of $$("#bar a")) {
    if (link.dataset.view.split(" ").includes(id)) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
  }
}

// Where a screen reader and the keyboard go on after a change of view.
function arrive(id) {
  const view = $(`#view-${id}`)
  if (view.contains(document.activeElement)) return
  const said = $("#saved:not([hidden])") // read before "due"
  const first = said ?? $(".notice[tabindex]:not([hidden]), h1", view)
  first.focus({ preventScroll: true })
}

boot()
