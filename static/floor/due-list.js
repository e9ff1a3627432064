// Draws the due list, anew only when something changed.

import { $, $$, copyOf, show, showState } from "./dom.js"

let drawn = ""

// What was open stays open, what was focused stays focused.
export function drawGroups(list, groups) {
  const now = JSON.stringify(groups)
  if (now === drawn && list.firstChild) return
  drawn = now
  const focused = list.contains(document.activeElement) && document.activeElement.closest("[data-key]")?.dataset.key
  const opened = new Set($$("details[open]", list).map(keyOf))
  list.replaceChildren(...groups.map((group) => groupElement(group, opened)))
  if (focused) $(`[data-key="${CSS.escape(focused)}"] :is(a, summary)`, list)?.focus()
}

const keyOf = (element) => element.closest("[data-key]").dataset.key

function groupElement({ key, title, rows, isFolded }, opened) {
  const group = copyOf(isFolded ? "due-folded" : "due-group", { title })
  group.dataset.key = key
  const fill = () => $("ul", group).append(...rows.map((row) => rowElement(row, opened)))
  if (isFolded) fillWhenOpen(group, opened.has(key), fill)
  else fill()
  return group
}

// Two hundred rounds wait folded away: they are drawn when somebody looks.
function fillWhenOpen(details, isOpen, fill) {
  if (isOpen) fill()
  else details.addEventListener("toggle", fill, { once: true })
  details.open = isOpen
}

export function rowElement({ key, what, where, left: time, state, href, rows }, opened = new Set()) {
  const row = copyOf(rows ? "due-many" : "due-row", { what, where, left: time })
  row.dataset.key = key
  showState(row, state)
  show($("[data-state]", row), Boolean(time))
  if (rows) {
    const fill = () => $("ul", row).append(...rows.map((one) => rowElement(one)))
    fillWhenOpen($("details", row), opened.has(key), fill)
  } else if (href) $("a", row).href = href
  return row
}
