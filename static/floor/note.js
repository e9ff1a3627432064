// A line for the shift log: text, place if it matters, photos. Kept while it is written.

import { mountPhotos } from "../checklists/photo-strip.js"
import { drafts, photosOf, removeDraft, saveDraft, savePhoto } from "../sync/drafts.js"
import { newId } from "../sync/install.js"
import { seal } from "../sync/outbox.js"
import { pack } from "../sync/pack.js"
import { whoami } from "../sync/session.js"
import { $, option, show } from "./dom.js"
import { sayHello, saySaved } from "./due.js"
import { withOffset } from "./format.js"
import { inWords, t } from "./i18n.js"
import { photoLine } from "./photo-line.js"
import { findSpot, spotLine } from "./spots.js"
import { explain } from "./trouble.js"

const MOST_CHARACTERS = 4000
let draft = null
let known = null
let photos = new Map()
let isBusy = false
const form = $("#note-form")
const { text, place } = form.elements

form.addEventListener("input", keep)
form.addEventListener("submit", (event) => {
  event.preventDefault()
  save()
})

export async function open() {
  known = await pack()
  sayHello(known)
  show(form, Boolean(known))
  if (!known) return
  await takeUp()
  offerPlaces()
  text.value = draft.text
  place.value = draft.place ?? ""
  mountPhotos($("[data-photos]", form), photosBefore(), {
    line: () => photoLine(known, spotLine(findSpot(known, place.value), inWords)),
    keep: keepPhoto,
    changed: (hashes) => saveDraft(Object.assign(draft, { photos: hashes })),
  })
  check()
}

// The note begun before, or a new one.
async function takeUp() {
  const begun = (await drafts()).find(({ kind }) => kind === "note")
  draft = begun ?? { id: newId(), kind: "note", text: "", place: null, photos: [] }
  photos = new Map((await photosOf(draft.id)).map(({ sha256, bytes }) => [sha256, bytes]))
}

function photosBefore() {
  return draft.photos.map((sha256) => ({ sha256, bytes: photos.get(sha256) }))
}

function offerPlaces() {
  const places = known.places.map((one) => option(one.code, spotLine(one, inWords)))
  place.replaceChildren(place.options[0], ...places)
}

async function keepPhoto(bytes) {
  const sha256 = await savePhoto(draft.id, bytes)
  photos.set(sha256, bytes)
  return sha256
}

function keep() {
  Object.assign(draft, { text: text.value, place: place.value || null })
  saveDraft(draft).catch((error) => complain(explain(error)))
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
  const body = { text: text.value.trim(), place: place.value || null, photos: draft.photos }
  await seal({
    id: draft.id, kind: "note", v: 1, mall: known.mall, recordedBy: (await whoami()).id,
    recordedAt: withOffset(new Date(), known.time_zone), label: firstWords(body.text), body,
    photos: photosBefore(),
  })
  saySaved(firstWords(body.text))
  await removeDraft(draft.id)
  location.replace("#due")
}

function firstWords(words) {
  const characters = [...words.replace(/\s+/g, " ")]
  return characters.length > 60 ? `${characters.slice(0, 60).join("")}…` : characters.join("")
}
