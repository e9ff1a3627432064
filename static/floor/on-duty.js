// Who of one's own team is on duty, who leads, until when, and who comes next.

import { $, show } from "./dom.js"
import { clock } from "./format.js"
import { inWords, t } from "./i18n.js"
import { runs, shiftAt } from "./on-duty-rules.js"

export function showOnDuty(known, now = Date.now()) {
  const card = $("#on-duty")
  const shift = shiftAt(known?.shift, now)
  if (!show(card, Boolean(shift)).hidden) draw(card, shift, now, known.time_zone)
}

function draw(card, shift, now, zone) {
  $("h2", card).textContent = runs(shift, now) ? t("On duty now") : t("Next on duty")
  $("[data-when]", card).textContent = when(shift, zone)
  $("[data-people]", card).textContent = people(shift)
  const { next } = shift
  show($("[data-next]", card), Boolean(next)).textContent =
    next ? t("Then %(shift)s: %(people)s", { shift: when(next, zone), people: people(next) }) : ""
}

const when = (shift, zone) => `${inWords(shift.name)} ${clock(shift.starts_at, zone)}–${clock(shift.ends_at, zone)}`

function people({ people, lead }) {
  const names = people.map(({ id, name }) => (id === lead?.id ? t("%(name)s (leads)", { name }) : name))
  return names.join(", ") || t("nobody is rostered")
}
