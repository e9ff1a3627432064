// What is to be read, accepted or signed, above the list of what is due.

import { $, show } from "../floor/dom.js"
import { clock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { callsOf, nameOf } from "./sides.js"

const WAYS = { read: "incoming", accept: "incoming", sign: "outgoing" }

export async function drawHandoverCard(known) {
  const [call] = await callsOf(known)
  const card = show($("#handover-card"), Boolean(call))
  if (!call) return
  const { what, side } = call
  $("p", card).textContent = words(what, side, known)
  const link = $("a", card)
  link.href = `#handover/${WAYS[what]}`
  for (const verb of link.children) show(verb, verb.dataset.what === what)
}

function words(what, side, { handover_reading: reading, time_zone: zone }) {
  const shift = nameOf(side)
  if (what === "accept") return t("The handover of %(shift)s waits for you to accept it.", { shift })
  if (what === "sign") return t("%(shift)s ends at %(time)s: sign its handover.", { shift, time: clock(side.shift.ends_at, zone) })
  return reading === "lock"
    ? t("Read what %(shift)s hands over. Rounds open after that.", { shift })
    : t("Your shift begins with reading what %(shift)s hands over.", { shift })
}
