// Times as people say them, on the mall's clock.

import { t } from "./i18n.js"

const MINUTE = 60_000

export function clock(moment, timeZone) {
  return partsOf(moment, timeZone, { hour: "2-digit", minute: "2-digit" })
}

export function dayAndClock(moment, timeZone) {
  const shape = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }
  return partsOf(moment, timeZone, shape)
}

function partsOf(moment, timeZone, shape) {
  const { lang } = document.documentElement
  return formatFor(lang, { ...shape, hourCycle: "h23", timeZone }).format(new Date(moment))
}

// Making one takes a phone milliseconds, and a list needs the same one for every row.
const formats = new Map()
function formatFor(language, options) {
  const key = language + JSON.stringify(options)
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, options))
  return formats.get(key)
}

// "12 min left", "2 h 5 min left"
export const left = (until, now) => t("%(time)s left", { time: span(until, now) })

// "12 min", "2 h 5 min"
export function span(until, now) {
  const all = Math.max(0, Math.ceil((new Date(until) - now) / MINUTE))
  const [hours, minutes] = [Math.floor(all / 60), all % 60]
  return hours ? t("%(hours)s h %(minutes)s min", { hours, minutes }) : t("%(minutes)s min", { minutes })
}

// The moment with the mall's offset: 2026-11-21T09:58:03.120+08:00
export function withOffset(moment, timeZone) {
  const offset = offsetMinutes(moment, timeZone)
  const shifted = new Date(moment.getTime() + offset * MINUTE)
  return shifted.toISOString().replace("Z", offsetText(offset))
}

function offsetMinutes(moment, timeZone) {
  const shape = { timeZone, dateStyle: "short", timeStyle: "medium" }
  const wall = formatFor("sv", shape).format(moment)
  const asUtc = Date.parse(`${wall.replace(" ", "T")}Z`)
  return Math.round((asUtc - moment.getTime()) / MINUTE)
}

function offsetText(minutes) {
  const two = (number) => String(number).padStart(2, "0")
  const size = Math.abs(minutes)
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

// As much as a line of a list holds.
export function firstWords(words) {
  const characters = [...words.replace(/\s+/g, " ")]
  return characters.length > 60 ? `${characters.slice(0, 60).join("")}…` : characters.join("")
}
