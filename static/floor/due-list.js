// Draws the due list, anew only when something changed.

import { $, $$, copyOf, showState } from "./dom.js"

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
  group.open = opened.has(key)
  $("ul", group).append(...rows.map((row) => rowElement(row, opened)))
  return group
}

export function rowElement({ key, what, where, left: time, state, href, rows }, opened = new Set()) {
  const row = copyOf(rows ? "due-many" : "due-row", { what, where, left: time })
  row.dataset.key = key
  showState(row, state)
  if (rows) {
    $("details", row).open = opened.has(key)
    $("ul", row).append(...rows.map((one) => rowElement(one)))
  } else if (href) $("a", row).href = href
  return row
}
