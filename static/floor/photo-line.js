// The line burnt into a photo, where the mall wants it: time, mall, place, person.

import { dayAndClock } from "./format.js"
import { inWords } from "./i18n.js"

export function photoLine(known, place) {
  if (!known?.photo_line) return null
  const time = dayAndClock(Date.now(), known.time_zone)
  return [time, inWords(known.mall_name), place, known.person.name].filter(Boolean).join(" · ")
}
