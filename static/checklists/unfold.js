// What opens under an item: its note, its photos, and "fixed on the spot" after a fail.

import { $, show } from "../floor/dom.js"
import { openBecause, photosOf } from "./answers.js"
import { judge } from "./judge.js"
import { mountPhotos } from "./photo-strip.js"

// Opens by itself after a fail, where a photo or note is due, and where there is one.
export function isNeeded(rule, answer, known) {
  if (rule.type === "photo" || answer?.note || answer?.photos?.length) return true
  if (judge(rule, answer, known) === "fail") return !answer.still_open
  const why = openBecause(rule, answer, known)
  return why === "note" || (why === "photo" && rule.type !== "signature")
}

export function unfold(item, rule, form, { toggle = false } = {}) {
  const place = $(".item__unfold", item)
  if (!place.firstChild) build(place, item, rule, form)
  const open = show(place, toggle ? place.hidden : true).hidden === false
  $(".item__more", item).setAttribute("aria-expanded", String(open))
  refreshUnfolded(item, rule, form.draft.answers[rule.code], form.known)
}

export function refreshUnfolded(item, rule, answer, known) {
  const row = $("[data-fixed-row]", item)
  if (row) show(row, judge(rule, answer, known) === "fail" && !answer.still_open)
}

function build(place, item, rule, form) {
  const answer = form.draft.answers[rule.code] ?? {}
  place.append(form.element.querySelector("#unfold").content.cloneNode(true))
  const note = $("[data-note]", place)
  note.value = answer.note ?? ""
  note.addEventListener("input", () => form.change(rule, { note: note.value }))
  const fixed = $("[data-fixed]", place)
  fixed.checked = Boolean(answer.fixed_on_spot)
  fixed.addEventListener("change", () => form.change(rule, { fixed_on_spot: fixed.checked }))
  mountPhotos($("[data-photos]", place), takenBefore(answer, form), {
    line: () => form.keeper.line(),
    keep: (bytes) => form.keeper.keep(bytes, rule.code),
    changed: (photos) => form.change(rule, { photos }),
  })
}

function takenBefore(answer, { keeper }) {
  return photosOf({ photos: answer.photos })
    .map((sha256) => ({ sha256, bytes: keeper.photo(sha256) }))
    .filter(({ bytes }) => bytes)
}
