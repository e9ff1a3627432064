// Draws the rows of the door round; one that changes is painted alone.

import { $, copyOf } from "../floor/dom.js"
import { t } from "../floor/i18n.js"
import { isUnseen } from "./rules.js"
import { nameOf, paintRow, zoneName } from "./words.js"

export const hashOf = (no) => `#shop/${encodeURIComponent(no)}`

export function drawList(list, zones, board) {
  list.replaceChildren(...zones.map(({ zone, rows }) => zoneElement(zone, rows, board)))
}

function zoneElement(zone, doors, board) {
  const group = copyOf("doors-zone", { name: zoneName(board.known, zone) })
  group.dataset.zone = zone
  $("ul", group).append(...doors.map((door) => rowElement(door, board)))
  $("[data-rest]", group).textContent = board.event === "opening" ? t("The rest is open") : t("The rest is closed")
  showRest(group, doors, board)
  return group
}

function rowElement(door, board) {
  const { no } = door
  const row = copyOf("door-row", { no, name: nameOf(door) })
  row.dataset.no = no
  const more = $("a", row)
  more.href = hashOf(no)
  more.setAttribute("aria-label", t("More about %(no)s", { no }))
  paintRow(row, door, board)
  return row
}

export function repaint(row, door, board) {
  if (!row || !door) return
  paintRow(row, door, board)
  const group = row.closest("[data-zone]")
  const doors = [...$("ul", group).children].map(({ dataset: { no } }) => ({ no, exempt: board.known.doors.units[no]?.exempt }))
  showRest(group, doors, board)
}

// Offered where more than one is left; its room stays, or the rows would move under the thumb.
function showRest(group, doors, board) {
  const left = doors.filter((door) => isUnseen(door, board.looks)).length
  $("[data-rest]", group).classList.toggle("doors__no-rest", left < 2)
}
