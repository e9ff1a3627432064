// What each answer comes to, said under its item; and what meters come to together.

import { t } from "../floor/i18n.js"
import { openBecause } from "./answers.js"
import { ruleOf, showVerdict, write } from "./items.js"
import { judge, meterChange } from "./judge.js"

export function showJudged(item, rule, { draft, known }) {
  const answer = draft.answers[rule.code]
  const verdict = judge(rule, answer, known)
  showVerdict(item, verdict, messageFor(rule, answer, verdict, known))
}

function messageFor(rule, answer, verdict, known) {
  if (answer?.raw) return t("This is not a number. Digits only, please.")
  if (openBecause(rule, answer, known) === "note") {
    return t("Below the previous reading. Read it again, or say why in the note.")
  }
  if (verdict !== "fail" || rule.type === "pass_fail" || rule.type === "choice") return null
  return t("Counts as a fail")
}

// Fills in what follows from the meters, unless somebody answered it by hand.
export function workOutMeters(form) {
  for (const [code, item] of form.items) {
    const rule = ruleOf(item)
    const answer = form.draft.answers[code]
    if (rule.auto !== "meter_change" || (answer?.value && !answer.auto)) continue
    const value = meterChange(rule, form.draft.answers, form.known, Date.now()) ?? undefined
    write(item, rule, { value })
    form.change(rule, { value, auto: true })
  }
}
