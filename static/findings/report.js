// Reports a problem from anywhere: category, text or photo, save. All else is preset.

import { $, $$, fill, pointTo, show } from "../floor/dom.js"
import { sayHello } from "../floor/due.js"
import { goTo, read, write } from "../floor/fields.js"
import { firstWords } from "../floor/format.js"
import { inWords, t } from "../floor/i18n.js"
import { leaver } from "../floor/saved.js"
import { findSpot, spotLine } from "../floor/spots.js"
import { explain } from "../floor/trouble.js"
import { Work } from "../floor/work.js"
import { pack } from "../sync/pack.js"
import { bodyOf, missingIn } from "./bodies.js"
import { offerPlaces, presetPlace } from "./places.js"
import { teamOf, WORDS } from "./words.js"

const form = $("#finding-form")
const title = $("#finding-title")
const reported = $("#reported") // stands above the view one comes back to, until the next
const [category, place] = $$("[data-change]", form)
let known = null
let work = null
let ready = null // a tap before it is counts too
let isBusy = false

form.oninput = ({ target }) => target.name && change(read(form)) // not the search for a place
form.onsubmit = (event) => {
  event.preventDefault()
  save()
}
for (const tile of $$("[data-category]")) tile.onclick = () => choose(tile.dataset.category)
category.onclick = () => arrange(false)
place.onclick = () => showPlaces($("#finding-places").hidden)
$("[data-drop]", form).onclick = startOver
$("button", reported).onclick = () => show(reported, false)

// from: the address of the view before, to go back to
export function open(_argument, _name, from) {
  ready = begin(from)
  return ready
}

export async function close() {
  await work?.saving
  work = null
  arrange(false)
}

async function begin(from) {
  known = await pack()
  if (!known?.findings) return location.replace("#due")
  sayHello(known)
  const fresh = { kind: "finding", from, place: await presetPlace(known, from) }
  work = await Work.takeUp(known, ({ kind }) => kind === "finding", fresh)
  $("#back").href = work.draft.from
  if (work.draft.category) showForm()
  else arrange(false)
}

function arrange(isForm) {
  title.textContent = isForm ? t("Report a problem") : t("What is wrong?")
  show($("#finding-tiles"), !isForm)
  show(form, isForm)
}

async function choose(code) {
  await ready
  if (!work) return // left again
  const { severity } = known.categories.find((one) => one.code === code)
  Object.assign(work.draft, { category: code, severity })
  showForm()
  title.focus()
}

function showForm() {
  arrange(true)
  write(form, work.draft)
  showPlaces(!work.draft.place)
  work.mountPhotos(form, placeWords, change)
  complain("")
  paint()
}

const placeWords = () => spotLine(findSpot(known, work.draft.place), inWords)

function paint() {
  const { category: code, place: where, fixed_on_spot: isFixed } = work.draft
  const { team } = known.categories.find((one) => one.code === code)
  pointTo($("svg", category), $(`[data-category=${code}]`).dataset.icon)
  $("strong", category).textContent = WORDS.categories[code]
  $(".muted", category).textContent = t("goes to %(team)s", { team: teamOf(known, team) })
  $("strong", place).textContent = where ? placeWords() : t("Choose the place")
  for (const group of $$("[data-details]", form)) show(group, group.dataset.details === code)
  show($("#finding-fixed"), Boolean(isFixed))
}

function showPlaces(isOpen) {
  show($("#finding-places"), isOpen)
  place.setAttribute("aria-expanded", isOpen)
  if (isOpen) offerPlaces($("#finding-places"), known, choosePlace)
}

function choosePlace(code) {
  change({ place: code })
  showPlaces(false)
  place.focus()
}

function change(parts) {
  work.keep(parts, (error) => complain(explain(error)))
  complain("")
  paint()
}

function complain(message) {
  show($("#finding-error"), Boolean(message)).textContent = message
}

async function startOver() {
  await work.drop()
  await begin(work.draft.from)
  title.focus()
}

async function save() {
  const missing = missingIn(work.draft)
  if (missing === "place") showPlaces(true)
  if (missing || isBusy) return complain(missing ? goTo(form, missing) : "")
  isBusy = true
  await seal().catch((error) => complain(explain(error)))
  isBusy = false
}

async function seal() {
  const leave = leaver()
  const { id, from, category: code, text } = work.draft
  const label = firstWords([WORDS.categories[code], placeWords(), text].filter(Boolean).join(" · "))
  await work.seal(label, bodyOf(work.draft, findSpot(known, work.draft.place)))
  $("a", fill(reported, { label })).href = `#follow/${id}`
  await leave(reported, from)
}
