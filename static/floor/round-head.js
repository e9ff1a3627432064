// Above an open checklist: which it is, where, and how long there is for it.

import { $ } from "./dom.js"
import { placed } from "./due-rules.js"
import { leftOf } from "./due-words.js"
import { inWords } from "./i18n.js"

// The time in the words of the list of what is due: they must not say two things.
export function paintHead(draft, known) {
  $("#round-title").textContent = $("#title").textContent = inWords(draft.title)
  const place = ($("#subtitle").textContent = inWords(draft.placeName))
  const rounds = known ? known.rounds.filter(({ id }) => id === draft.round) : []
  const begun = new Map([[draft.round, draft.startedAt]])
  const times = placed(rounds, {}, Date.now(), begun).map((one) => leftOf(one, known))
  $("#round-place").textContent = [place, ...times].join(" · ")
}
