// Which rows of the round are asked for: a floor or a search, all or those left, either end first.

import { $, option, show } from "../floor/dom.js"
import { t } from "../floor/i18n.js"
import { progress } from "./rules.js"

const FLOOR = "mallops-doors-floor"
const REVERSED = "mallops-doors-reversed"
const [floor, search, unseen, turn] = ["floor", "search", "unseen", "turn"].map((id) => $(`#doors-${id}`))
const isReversed = () => Boolean(localStorage.getItem(REVERSED))

export function onFilters(changed) {
  search.oninput = unseen.onchange = changed
  floor.onchange = () => {
    localStorage.setItem(FLOOR, floor.value)
    changed()
  }
  turn.onclick = () => {
    localStorage.setItem(REVERSED, isReversed() ? "" : "1")
    changed()
  }
}

export function asked() {
  turn.setAttribute("aria-pressed", String(isReversed()))
  return { floor: floor.value, query: search.value, unseenOnly: unseen.checked, isReversed: isReversed() }
}

export function clearSearch() {
  search.value = ""
}

// near: the door one comes from, whose floor is shown; else the floor chosen last.
export function offerFloors(doors, near) {
  const floors = [...new Set(doors.map((door) => door.floor))]
  const chosen = near?.floor ?? localStorage.getItem(FLOOR)
  floor.replaceChildren(...floors.map((code) => option(code, code)))
  floor.value = floors.includes(chosen) ? chosen : floors[0]
  show(floor.parentElement, floors.length > 1)
}

// Of the floor that is walked.
export function showProgress(doors, looks) {
  const { seen, all } = progress(doors.filter((door) => door.floor === floor.value), looks)
  const [one] = floor.selectedOptions
  if (one) one.textContent = `${one.value} · ${seen}/${all}`
  $("#doors-count").textContent = t("%(seen)s of %(all)s seen", { seen, all })
  $("#doors-left").textContent = all - seen
  Object.assign($("#doors-progress"), { max: Math.max(1, all), value: seen })
}
