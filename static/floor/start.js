// Any checklist at any place, without a round: choose, search, tap.

import { $, copyOf, option } from "./dom.js"
import { inWords } from "./i18n.js"
import { search, spotLine } from "./spots.js"

let offered = ""

export function offerStart(known) {
  const codes = known.checklists.map(({ code, version }) => `${code}/${version}`).join()
  if (codes === offered) return
  offered = codes
  const form = $("#start form")
  const options = known.checklists.map(({ code, title }) => option(code, inWords(title)))
  form.elements.checklist.replaceChildren(...options)
  form.oninput = () => listSpots(form, known)
  form.onsubmit = (event) => {
    event.preventDefault()
    $("#start-places a")?.click()
  }
  listSpots(form, known)
}

function listSpots(form, known) {
  const list = known.checklists.find(({ code }) => code === form.elements.checklist.value)
  const spots = search(known, list.place_kinds, form.elements.query.value)
  $("#start-places").replaceChildren(...spots.map((spot) => row(list, spot)))
  $("[data-none]", form).hidden = spots.length > 0
}

function row({ code }, spot) {
  const item = copyOf("spot-row", { what: spotLine(spot, inWords), where: spot.floor })
  $("a", item).href = `#start/${encodeURIComponent(code)}/${encodeURIComponent(spot.code)}`
  return item
}
