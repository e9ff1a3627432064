// One door: what is known of it, and what there is to say beyond "open" or "closed".

import { $, $$, copyOf, show, showState } from "../floor/dom.js"
import { sayHello } from "../floor/due.js"
import { goTo, read, write } from "../floor/fields.js"
import { clock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { explain } from "../floor/trouble.js"
import { Work } from "../floor/work.js"
import { drafts } from "../sync/drafts.js"
import { pack } from "../sync/pack.js"
import { Board, chooseEvent, eventOn } from "./board.js"
import { asks, bodyOf, missingIn, needsPhoto } from "./bodies.js"
import { rememberTaps } from "./last.js"
import { STATUSES, doorsOf, eventAt, presetAt, roundOf } from "./rules.js"
import { LOOKS, WORDS, hourOf, lookWords, nameOf, whoAndHow } from "./words.js"

const form = $("#door-form")
let board = null
let door = null
let work = null
let how = "tap"
let isBusy = false

form.oninput = ({ target: { name } }) => {
  if (name === "event") return turnTo(form.elements.event.value)
  change({ ...read(form), ...(name === "status" && { seenAt: board.now() }) })
}
form.onsubmit = (event) => {
  event.preventDefault()
  save()
}

// By the address on the door (`door`), or from the roster (`shop`).
export async function open(no, route) {
  const known = await pack()
  if (known && !known.doors) return location.replace("#due")
  sayHello(known)
  $("#back").href = "#doors"
  how = route === "door" ? "scan" : "tap"
  door = known && doorsOf(known).find((one) => one.no.toLowerCase() === no.toLowerCase())
  show($("#door-gone"), Boolean(known) && !door).querySelector("b").textContent = no
  if (!door) return Boolean(known)
  if (how === "scan") chooseEvent(known, eventAt(known, Date.now())) // the clock says, not the roster
  await goOn(known)
  await begin(known)
  await board.enter(form, () => show(form), work.draft.savedAt) // last: whatever is typed can be kept
}

// With what was begun of it today: after a kill the app no longer knows which round was chosen.
async function goOn(known) {
  const isOfToday = ({ kind, unit, event, round }) => kind === "door" && unit === door.no && round === roundOf(known, event, Date.now())
  const events = (await drafts()).filter(isOfToday).map(({ event }) => event)
  if (events.length && !events.includes(eventOn(known))) chooseEvent(known, events[0])
}

export async function close() {
  await work?.saving
  work = board = null
  show(form, false)
}

async function turnTo(event) {
  await work.saving
  chooseEvent(board.known, event)
  await begin(board.known)
}

async function begin(known) {
  board = await Board.read(known, eventOn(known))
  const { event, round } = board
  const fits = (draft) => draft.kind === "door" && draft.unit === door.no && draft.round === round
  const status = how === "scan" ? presetAt(known, event, Date.now(), door.no) : undefined
  work = await Work.takeUp(known, fits, { kind: "door", unit: door.no, round, event, status, seenAt: board.now(), how })
  $("h1", form).textContent = `${door.no} · ${nameOf(door)}`
  show($("#door-closure"), known.person.role !== "team").href = `/malls/${known.mall}/doors/closures/new?unit=${encodeURIComponent(door.no)}`
  write(form, work.draft)
  work.mountPhotos(form, () => `${door.no} ${nameOf(door)}`, change)
  drawLooks()
  paint()
}

// What was seen of it in this round; an own look can be taken back.
function drawLooks() {
  const { known, event } = board
  $("#door-hour").textContent = door.exempt ? WORDS.exempt[door.exempt] : hourOf(known, event, door.no)
  $("#door-looks").replaceChildren(...(board.looks.get(door.no) ?? []).map((look) => {
    const row = copyOf("door-look", { what: lookWords(look, known), who: whoAndHow(look) })
    showState(row, LOOKS[look.status] ?? "unknown")
    show($("button", row), Boolean(look.id)).onclick = () => withdraw(look)
    return row
  }))
}

function withdraw({ id }) {
  board.withdraw({ no: door.no, id }, (error) => {
    complain(explain(error))
    drawLooks()
  })
  rememberTaps([])
  drawLooks()
}

function change(parts) {
  work.keep(parts, (error) => complain(explain(error)))
  complain("")
  paint()
}

function paint() {
  const { draft } = work
  const asked = asks(draft)
  for (const part of $$("[data-asked]", form)) show(part, asked[part.dataset.asked])
  for (const part of $$("[data-status]", form)) show(part, STATUSES[board.event].includes(part.dataset.status))
  show($("#door-photo"), needsPhoto(draft))
  $("#door-seen").textContent = t("Seen at %(time)s", { time: clock(draft.seenAt, board.known.time_zone) })
}

function complain(message) {
  show($("#door-error"), Boolean(message)).textContent = message
}

async function save() {
  const missing = missingIn(work.draft)
  if (missing || isBusy) return complain(missing ? goTo(form, missing) : "")
  isBusy = true
  await seal().catch((error) => complain(explain(error)))
  isBusy = false
}

async function seal() {
  const body = bodyOf(work.draft)
  await work.seal(`${door.no} · ${WORDS.statuses[body.status]}`, body)
  rememberTaps([{ no: door.no, id: work.draft.id }])
  location.replace("#doors")
}
