// The view of the shift's handover: the one to take over, and the one to give.

import { $, $$, show } from "../floor/dom.js"
import { sayHello } from "../floor/due.js"
import { t } from "../floor/i18n.js"
import { latest } from "../floor/latest.js"
import { counts, onChange } from "../sync/outbox.js"
import { fetchPack, pack } from "../sync/pack.js"
import { sayRead, toldHandovers } from "../sync/told.js"
import { KINDS } from "./draft.js"
import { drawHead } from "./head.js"
import { newKeys } from "./rules.js"
import { drawSections } from "./sections.js"
import { callsOf, sides } from "./sides.js"
import { drawBar, putAway, takeUp } from "./work.js"

const FRESH_MS = 60_000
const view = $("#view-handover")
let wanted = null // the side that was asked for; null while another view is open
let shown = null // {name, side, mode}: what is on screen, and would be signed
let accepts = false // somebody who does not lead said that they accept for the shift
let fetchedAt = 0

const draw = latest(() => drawNow())
onChange(draw)
addEventListener("mallops:pack", draw)
$("#handover-news button").onclick = () => drawNow(true)
for (const button of $$("[data-read]", view)) button.onclick = confirmRead
$("#handover-take").onclick = () => {
  accepts = true
  drawNow(true)
}

export async function open(argument) {
  wanted = argument
  shown = null
  accepts = false
  await draw()
  refresh()
}

export async function close() {
  wanted = shown = null
  await putAway()
}

// What the others did meanwhile, where there is signal.
async function refresh() {
  if (Date.now() - fetchedAt < FRESH_MS) return
  fetchedAt = Date.now()
  const { kind } = await fetchPack()
  if (kind === "answer") dispatchEvent(new CustomEvent("mallops:pack"))
}

async function drawNow(isWished = false) {
  const known = wanted !== null && (await pack())
  if (!known) return wanted !== null && location.replace("#due")
  const [found, called] = [await sides(known), await callsOf(known)]
  const told = await toldHandovers(known.person.id)
  if (wanted === null) return // left meanwhile: the header belongs to another view
  sayHello(known)
  const names = ["incoming", "outgoing"].filter((name) => found[name])
  const name = names.includes(wanted) ? wanted : nameOfFirst(called) ?? names[0]
  drawTabs(names, name)
  if (!name) return
  const at = { ...known, server_time: told.server_time }
  const side = found[name]
  const mode = side.mode === "offered" && accepts ? "accept" : side.mode
  drawHead(side, at)
  if (isSame(name, mode, side)) return
  if (isWork(name, mode) && shown.side.digest !== side.digest && !isWished) return offerNews(side)
  await drawAll({ name, side, mode }, at)
}

const nameOfFirst = ([call]) => call && (call.what === "sign" ? "outgoing" : "incoming")

const isSame = (name, mode, side) =>
  shown?.name === name && shown.mode === mode && JSON.stringify(shown.side) === JSON.stringify(side)

// What somebody is filling in stays as it is until they wish to see what is new.
const isWork = (name, mode) => shown?.name === name && shown.mode === mode && mode in KINDS

function offerNews(side) {
  const count = newKeys(shown.side, side).length
  $("p", show($("#handover-news"))).textContent = count
    ? t("New or changed since you opened this: %(count)s lines. What you see is what you sign.", { count })
    : t("There is news since you opened this. What you see is what you sign.")
}

async function drawAll({ name, side, mode }, known) {
  const before = shown?.name === name ? shown.side : null
  shown = { name, side, mode }
  show($("#handover-news"), false)
  const draft = await takeUp(known, side, mode)
  const { waiting } = await counts()
  if (shown?.side !== side) return
  const fresh = before ? newKeys(before, side) : []
  drawSections(side, { mode, draft, fresh }, known)
  show($("#handover-unsent"), mode === "sign" && waiting > 0).textContent =
    t("%(count)s entries of this phone are not sent yet. They reach the handover as late entries.", { count: waiting })
  drawBar(name === "incoming" && !side.isRead)
}

function drawTabs(names, name) {
  show($("#handover-none"), !names.length)
  show($("#handover-found"), names.length > 0)
  for (const tab of $$("#handover-sides a")) {
    if (tab.dataset.side === name) tab.setAttribute("aria-current", "page")
    else tab.removeAttribute("aria-current")
  }
  show($("#handover-sides"), names.length > 1)
}

async function confirmRead() {
  const { shift, digest } = shown.side
  await sayRead({ shift, digest })
  location.replace("#due")
}
