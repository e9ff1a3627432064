// What doors are called, and a row in words.

import { $, fill, showState } from "../floor/dom.js"
import { clock } from "../floor/format.js"
import { inWords, t } from "../floor/i18n.js"
import { findSpot } from "../floor/spots.js"
import { hasOwnHours, isTappable, plannedAt } from "./rules.js"

// {statuses, reasons, hows, exempt, undone}
export const WORDS = JSON.parse($("#door-words").textContent)

export const LOOKS = {
  on_time: "done", closed: "done", late: "late", early: "late", late_unapproved: "late",
  late_approved: "due", not_open: "wrong",
}

export const nameOf = ({ tenant }) => inWords(tenant) || t("Vacant unit")

export const zoneName = (known, code) => inWords(findSpot(known, code)?.name) || code

export function hourOf(known, event, no) {
  const at = plannedAt(known, event, Date.now(), no)
  if (!at) return ""
  const time = clock(at, known.time_zone)
  return event === "opening" ? t("opens %(time)s", { time }) : t("closes %(time)s", { time })
}

export function lookWords({ status, at }, { time_zone: zone }) {
  return `${WORDS.statuses[status]} ${clock(at, zone)}`
}

// Who saw it, and how, where that is not an own tap.
export const whoAndHow = ({ by, how }) => [by, WORDS.hows[how]].filter(Boolean).join(" · ")

export function paintRow(row, door, board) {
  const { known, event } = board
  const look = board.last(door.no)
  const hour = hasOwnHours(known, door.no) && hourOf(known, event, door.no)
  const detail = [hour, look && whoAndHow(look)].filter(Boolean).map((fact) => ` · ${fact}`).join("")
  fill(row, { detail, state: stateWords(door, look, known, event) })
  $("[data-state]", row).className = "state"
  showState(row, look ? (LOOKS[look.status] ?? "unknown") : "unknown")
  row.classList.toggle("doors__row--open", isTappable(door, look))
}

function stateWords(door, look, known, event) {
  if (look) return lookWords(look, known)
  if (door.exempt) return WORDS.exempt[door.exempt]
  return event === "opening" ? t("Tap: open") : t("Tap: closed")
}
