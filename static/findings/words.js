// What findings are called on the phone, and how long is left, as people say it.

import { $, pointTo, show } from "../floor/dom.js"
import { clock, dayAndClock, left } from "../floor/format.js"
import { inWords, t } from "../floor/i18n.js"
import { findSpot, spotLine } from "../floor/spots.js"
import { urgency } from "./rules.js"

const HOUR_MS = 3_600_000
const LOOKS = { overdue: ["missed", "circle-alert"], due: ["due", "clock"], fixed: ["due", "eye"], waiting: ["due", "hourglass"] }
const SEVERITY_ICONS = { S1: "siren", S2: "triangle-alert", S3: "flag", S4: "minus" }

// {categories, severities, states, steps: {name: [taken, button]}, waiting_for, empty}
export const WORDS = JSON.parse($("#finding-words").textContent)

export const placeOf = (known, { unit, place }) =>
  spotLine(findSpot(known, unit ?? place), inWords) || unit || place

export const titleOf = ({ title, text, category }) => (title && inWords(title)) || text || WORDS.categories[category]

export function teamOf({ teams }, code) {
  return code ? inWords(teams.find((one) => one.code === code)?.name) || code : WORDS.operations
}

// Today by the clock alone.
export function when(moment, zone, now = Date.now()) {
  const [day, today] = [moment, now].map((one) => new Date(one).toLocaleDateString("sv", { timeZone: zone }))
  return (day === today ? clock : dayAndClock)(moment, zone)
}

// "2 h left" · "Overdue since 10:40" · "Waits for a part"
export function leftOf(finding, now, zone) {
  const { state, fix_by: by } = finding
  const how = urgency(finding, now)
  if (how === "waiting") return t("Waits for %(what)s", { what: WORDS.waiting_for[finding.waiting_for] })
  if (how === "fixed" || !by) return WORDS.states[state]
  if (how === "overdue") return t("Overdue since %(time)s", { time: when(by, zone, now) })
  const hours = Math.floor((Date.parse(by) - now) / HOUR_MS)
  if (hours < 3) return left(by, now)
  return hours < 48 ? t("%(hours)s h left", { hours }) : t("%(days)s days left", { days: Math.floor(hours / 24) })
}

// Its word is said beside it.
export function showSeverity(mark, severity) {
  mark.dataset.severity = severity
  pointTo($("svg", mark), SEVERITY_ICONS[severity])
}

// Severity, urgency and doubts: icon and word, never colour alone.
export function showFacts(root, finding, { time_zone: zone }) {
  const [mark, state] = [$("[data-severity]", root), $("[data-state]", root)]
  const now = Date.now()
  showSeverity(mark, finding.severity)
  const [look, name] = LOOKS[urgency(finding, now)]
  state.className = `state state--${look}`
  pointTo($("svg", state), name)
  $("span", state).textContent = leftOf(finding, now, zone)
  for (const doubt of ["waits", "contradicted"]) show($(`[data-${doubt}]`, root), Boolean(finding[doubt]))
}
