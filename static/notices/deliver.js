// Brings a notice to its shop: signed on this screen, refused, or nobody there.

import { mountSignature } from "../checklists/signature.js"
import { ownEntries } from "../findings/own.js"
import { when } from "../findings/words.js"
import { $, $$, copyOf, show } from "../floor/dom.js"
import { sayHello } from "../floor/due.js"
import { goTo, read, write } from "../floor/fields.js"
import { inWords, t } from "../floor/i18n.js"
import { leaver, savedNotice } from "../floor/saved.js"
import { findSpot, spotLine } from "../floor/spots.js"
import { explain } from "../floor/trouble.js"
import { Work } from "../floor/work.js"
import { pack } from "../sync/pack.js"
import { bodyOf, missingIn, toDeliver } from "./rules.js"

const form = $("#notice-form")
let known = null
let work = null
let notice = null
let drawingKept = null
let isBusy = false

form.oninput = ({ target }) => target.name && change(read(form))
form.onsubmit = (event) => {
  event.preventDefault()
  save()
}

export async function open(id) {
  known = await pack()
  const open = toDeliver(known?.notices, await ownEntries("notice_delivery"))
  notice = open.find((one) => one.id === id)
  if (!known || (id && !notice)) return location.replace("#due")
  sayHello(known)
  $("#back").href = notice ? "#notice" : "#findings"
  show($("#notice-list"), !notice).replaceChildren(...open.map(row))
  show($("#notice-empty"), !open.length)
  if (notice) await showForm()
}

export async function close() {
  await work?.saving
  work = null
  show(form, false)
}

const spotOf = ({ unit }) => spotLine(findSpot(known, unit), inWords)

function row(one) {
  const item = copyOf("notice-row", { where: spotOf(one), what: one.what, number: one.number })
  $("a", item).href = `#notice/${one.id}`
  show($("[data-again]", item), one.state === "not_reached")
  return item
}

async function showForm() {
  const fits = (draft) => draft.kind === "notice_delivery" && draft.notice === notice.id
  work = await Work.takeUp(known, fits, { kind: "notice_delivery", notice: notice.id, outcome: "signed" })
  $("h2", form).textContent = `${notice.number} · ${spotOf(notice)}`
  $("#notice-what").textContent = notice.what
  for (const line of $$("[data-fact]", form)) {
    const { fact } = line.dataset
    const value = fact === "rectify_by" ? notice.rectify_by && when(notice.rectify_by, known.time_zone) : notice[fact]
    $("span", show(line, Boolean(value))).textContent = value
  }
  write(form, work.draft)
  show(form) // not before: whatever is typed can be kept
  work.mountPhotos(form, () => spotOf(notice), change)
  await preparePad()
  complain("")
  paint()
}

// A pad of its own for each paper, drawn while it can be seen: it has the screen's size.
async function preparePad() {
  const { photos, draft } = work
  const pad = copyOf("notice-pad")
  show($("[data-outcome=signed]", form))
  $("#notice-pad").replaceChildren(pad)
  const mine = work
  drawingKept = await mountSignature(pad, photos.get(draft.signature), async (bytes) => {
    const signature = bytes ? await mine.hold(bytes) : undefined
    if (work === mine) change({ signature }) // else left meanwhile
  })
}

function change(parts) {
  work.keep(parts, (error) => complain(explain(error)))
  complain("")
  paint()
}

function paint() {
  for (const part of $$("[data-outcome]", form)) show(part, part.dataset.outcome === work.draft.outcome)
}

function complain(message) {
  show($("#notice-error"), Boolean(message)).textContent = message
}

async function save() {
  if (isBusy) return
  isBusy = true
  await sealWhole().catch((error) => complain(explain(error)))
  isBusy = false
}

// The last stroke may still be on its way to storage.
async function sealWhole() {
  await drawingKept()
  if (!work) return // left meanwhile
  const missing = missingIn(work.draft)
  if (missing) complain(goTo(form, missing))
  else await seal()
}

async function seal() {
  const leave = leaver()
  const body = bodyOf(work.draft)
  const label = t("Notice %(number)s", { number: notice.number })
  await work.seal(`${label} · ${spotOf(notice)}`, body, [...body.photos, body.signature].filter(Boolean))
  await leave(savedNotice(label))
}
