// Above an open checklist: which it is, where, and how long there is for it.

import { $ } from "./dom.js"
import { placed } from "./due-rules.js"
import { leftOf } from "./due-words.js"
import { inWords, t } from "./i18n.js"

const AGAIN_MS = 30_000
let again = null

export function paintHead(draft, known) {
  $("#round-title").textContent = $("#title").textContent = inWords(draft.title)
  $("#subtitle").textContent = inWords(draft.placeName)
  clearInterval(again)
  again = setInterval(sayPlace, AGAIN_MS, draft, known)
  sayPlace(draft, known)
}

// The time in the words of the list of what is due: they must not say two things.
function sayPlace(draft, known) {
  const place = inWords(draft.placeName)
  const round = known?.rounds.find(({ id }) => id === draft.round)
  $("#round-place").textContent = round ? t("%(place)s · %(time)s", { place, time: timeOf(round, draft, known) }) : place
}

function timeOf(round, { startedAt }, known) {
  const [one] = placed([round], {}, Date.now(), new Map([[round.id, startedAt]]))
  return leftOf(one, known)
}
