// A round asks for the handover first: it reminds, or stays shut until it is read. An
// emergency always gets through, and says so in the log.

import { $, show } from "../floor/dom.js"
import { firstWords, withOffset } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { explain } from "../floor/trouble.js"
import { newId } from "../sync/install.js"
import { seal } from "../sync/outbox.js"
import { nameOf, unreadOf } from "./sides.js"

// round: {name, isBegun, keepOpen()}: what is begun already is never shut. It is asked above
// the element that goOn() fills or shows.
export async function enter(known, round, element, goOn) {
  const side = known && (await unreadOf(known))
  const isShut = Boolean(side) && known.handover_reading === "lock" && !round.isBegun
  const box = show($("#round-handover"), Boolean(side))
  element.before(box)
  show($("[data-shut]", box), isShut)
  show($("[role=alert]", box), false)
  if (side) $("p", box).textContent = isShut ? shutWords(side) : remindingWords(side)
  if (!isShut) return goOn()
  $("[data-emergency]", box).onclick = () => force(known, round, side, goOn).catch((error) => complain(box, error))
}

const shutWords = (side) => t("This round opens once you have read what %(shift)s hands over.", { shift: nameOf(side) })
const remindingWords = (side) => t("You have not read yet what %(shift)s hands over.", { shift: nameOf(side) })

// The note says it.
async function force(known, round, side, goOn) {
  const values = { round: round.name, shift: nameOf(side) }
  const text = t("Emergency: started “%(round)s” before reading the handover of %(shift)s.", values)
  await seal({
    id: newId(), kind: "note", v: 1, mall: known.mall, recordedBy: known.person.id, label: firstWords(text),
    recordedAt: withOffset(new Date(), known.time_zone), body: { text, place: null, photos: [] },
  })
  await round.keepOpen()
  show($("#round-handover"), false)
  await goOn()
}

function complain(box, error) {
  show($("[role=alert]", box)).textContent = explain(error)
}
