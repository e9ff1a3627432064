// A line for the shift log: text, place if it matters, photos. Kept while it is written.

import { pack } from "../sync/pack.js"
import { $, option, show } from "./dom.js"
import { sayHello } from "./due.js"
import { read, write } from "./fields.js"
import { firstWords } from "./format.js"
import { inWords, t } from "./i18n.js"
import { leaver, savedNotice } from "./saved.js"
import { findSpot, spotLine } from "./spots.js"
import { explain } from "./trouble.js"
import { Work } from "./work.js"

const MOST_CHARACTERS = 4000
let work = null
let isBusy = false
const form = $("#note-form")
const { text, place } = form.elements

form.addEventListener("input", () => keep(read(form)))
form.addEventListener("submit", (event) => {
  event.preventDefault()
  save()
})

export async function open() {
  const known = await pack()
  sayHello(known)
  if (!known) return false
  work = await Work.takeUp(known, ({ kind }) => kind === "note", { kind: "note" })
  offerPlaces(known)
  write(form, work.draft)
  work.mountPhotos(form, () => spotLine(findSpot(known, place.value), inWords), keep)
  check()
  show(form) // last: whatever is typed can be kept
}

export async function close() {
  await work?.saving
  show(form, false)
}

function offerPlaces(known) {
  const places = known.places.map((one) => option(one.code, spotLine(one, inWords)))
  place.replaceChildren(place.options[0], ...places)
}

function keep(parts) {
  work.keep(parts, (error) => complain(explain(error)))
  check()
}

function check() {
  const over = text.value.length - MOST_CHARACTERS
  $("#note-count").textContent = t("%(count)s of %(most)s characters", { count: text.value.length, most: MOST_CHARACTERS })
  complain(over > 0 ? t("Too long by %(over)s characters. Nothing is lost: shorten it, or make two notes.", { over }) : null)
}

function complain(message) {
  show($("#note-error"), Boolean(message)).textContent = message ?? ""
  text.setAttribute("aria-invalid", String(Boolean(message)))
}

async function save() {
  if (isBusy) return
  if (!text.value.trim()) complain(t("Write what happened first."))
  if (!text.value.trim() || text.value.length > MOST_CHARACTERS) return text.focus()
  isBusy = true
  await sealNote().catch((error) => complain(explain(error)))
  isBusy = false
}

async function sealNote() {
  const leave = leaver()
  const body = { text: text.value.trim(), place: place.value || null, photos: work.draft.photos }
  await work.seal(firstWords(body.text), body)
  await leave(savedNotice(firstWords(body.text)))
}
