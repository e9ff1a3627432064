// The round of shop doors: a row a shop, a tap an entry, floor by floor.

import { $, drawn as onScreen, show } from "../floor/dom.js"
import { sayHello } from "../floor/due.js"
import { clock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { latest } from "../floor/latest.js"
import { explain } from "../floor/trouble.js"
import { onChange } from "../sync/outbox.js"
import { fetchPack, pack } from "../sync/pack.js"
import { Board, chooseEvent, eventOn } from "./board.js"
import { asked, clearSearch, offerFloors, onFilters, showProgress } from "./filters.js"
import { onHold } from "./hold.js"
import { lastTaps, onUndo, rememberTaps, sayLast } from "./last.js"
import { drawList, hashOf, repaint } from "./list.js"
import { askForRest } from "./rest.js"
import { doorsOf, isTappable, listed, roundOf } from "./rules.js"

const FRESH_MS = 60_000
const SETTLE_MS = 3000 // what the outbox says is read when a run of taps is over
const SAME_TAP_MS = 700 // a thumb that trembles
const LOOK_AT_CLOCK_MS = 30_000
const list = $("#doors-list")
const events = $("#doors-event")
let isOpen = false
let board = null
let doors = []
let byNo = new Map()
let drawn = ""
let fetchedAt = 0
let settling = null
let tapped = { no: null, at: 0 }

const read = latest(readNow)
const sayHowFarSoon = latest(() => onScreen().then(sayHowFar))
addEventListener("mallops:pack", read)
onChange(() => {
  clearTimeout(settling)
  settling = setTimeout(() => isOpen && read(), SETTLE_MS)
})
setInterval(() => isOpen && board?.round !== roundOf(board.known, eventOn(board.known), Date.now()) && read(), LOOK_AT_CLOCK_MS)
onFilters(draw)
onHold(list, ({ dataset: { no } }) => (location.hash = hashOf(no)))
onUndo(() => {
  const taps = lastTaps()
  for (const one of taps) board.withdraw(one, failed)
  rememberTaps([])
  told(taps)
})
$("#doors-fetch").onclick = () => refresh(0)
list.onclick = ({ target }) => {
  if (target.closest("[data-tap]")) tap(target.closest("[data-no]").dataset.no)
  if (target.closest("[data-rest]")) askForRest(board, byNo, target.closest("[data-zone]"), mark)
}
events.onchange = ({ target }) => {
  chooseEvent(board.known, target.value)
  rememberTaps([])
  read()
}

export async function open() {
  isOpen = true
  complain("")
  await read()
  if (drawn) await board.enter($("#doors-round"), begin)
  refresh(FRESH_MS)
}

function begin() {
  show($("#doors-round"))
  $(`[data-no="${CSS.escape(lastTaps()[0]?.no ?? "")}"]`, list)?.scrollIntoView({ block: "center" })
}

export function close() {
  isOpen = false
  drawn = ""
  show($("#doors-round"), false)
  clearSearch()
  list.replaceChildren()
}

// What colleagues saw meanwhile, where there is signal.
async function refresh(age) {
  if (Date.now() - fetchedAt < age) return
  fetchedAt = Date.now()
  await fetchPack()
  dispatchEvent(new CustomEvent("mallops:pack"))
}

async function readNow() {
  const known = isOpen && (await pack())
  if (!isOpen) return
  if (!known?.doors) return location.replace("#due")
  const before = board
  board = await Board.read(known, eventOn(known))
  if (!isOpen) return
  doors = doorsOf(known)
  byNo = new Map(doors.map((door) => [door.no, door]))
  sayHello(known)
  $(`[value=${board.event}]`, events).checked = true
  $("#doors-as-of").textContent = t("As of %(time)s", { time: clock(known.server_time, known.time_zone) })
  const shape = JSON.stringify([board.round, doors])
  if (shape === drawn) return told(doors.filter(({ no }) => !board.says(before, no)))
  drawn = shape
  offerFloors(doors, byNo.get(lastTaps()[0]?.no))
  draw()
}

function draw() {
  drawList(list, listed(doors, board.looks, asked()), board)
  show($("#doors-empty"), !list.firstChild)
  sayHowFar()
}

function sayHowFar() {
  showProgress(doors, board.looks)
  sayLast(board)
}

// The same tap twice is one; a door that is seen as it should be shows what is known of it.
function tap(no) {
  const isSame = tapped.no === no && performance.now() - tapped.at < SAME_TAP_MS
  tapped = { no, at: performance.now() }
  if (isSame) return
  if (isTappable(byNo.get(no), board.last(no))) mark([no], "tap")
  else location.hash = hashOf(no)
}

function mark(numbers, how) {
  complain("")
  navigator.vibrate?.(10)
  told(rememberTaps(numbers.map((no) => board.tap(no, how, failed))))
}

// These rows alone are painted: two hundred would keep a slow phone from the next tap. What is
// counted comes a frame later: a thumb waits for its row.
function told(taps) {
  for (const { no } of taps) repaint($(`[data-no="${CSS.escape(no)}"]`, list), byNo.get(no), board)
  sayHowFarSoon()
}

function failed(error) {
  complain(explain(error))
  drawn = "" // what is drawn is no longer what was known before
  read()
}

function complain(message) {
  show($("#doors-error"), Boolean(message)).textContent = message
}
