// What each answer comes to, said under its item; and what meters come to together.

import { clock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { openBecause } from "./answers.js"
import { ruleOf, showVerdict, write } from "./items.js"
import { judge, meterChange, minutesAfter } from "./judge.js"

const LEAD_MINUTES = 5 // clocks differ a little
const CHOSEN = /pass_fail|choice/ // the choice itself shows that it is a fail

export function showJudged(item, rule, { draft, known, isChecked }) {
  const answer = draft.answers[rule.code]
  const verdict = judge(rule, answer, known)
  showVerdict(item, verdict, messageFor(rule, answer, verdict, { draft, known, isChecked }))
}

function messageFor(rule, answer, verdict, { draft, known, isChecked }) {
  const [why, isFail] = [openBecause(rule, answer, known), verdict === "fail"]
  if (answer?.raw) return t("This is not a number. Digits only, please.")
  if (why === "note") return t("Below the previous reading. Read it again, or say why in the note.")
  const isSaid = isChecked || (isFail && why === "photo")
  const parts = [
    isFail && !CHOSEN.test(rule.type) && t("Counts as a fail"),
    isSaid && lack(rule, why),
    rule.plan && verdict && verdict !== "na" && isAhead(answer.value, draft) && t("This time still lies ahead"),
  ]
  return parts.filter(Boolean).join(" · ")
}

// Asked is when something was switched, not when it will be. After midnight may be last night.
function isAhead(time, { timeZone }) {
  const now = clock(Date.now(), timeZone)
  return time > now && minutesAfter(time, now) > LEAD_MINUTES
}

function lack({ type }, why) {
  const isSigned = type === "signature"
  if (why === "photo") return isSigned ? t("Signature missing") : t("Photo missing")
  if (why === "note") return t("Note missing")
  return why && (isSigned ? t("Name missing") : t("Answer missing"))
}

// Once somebody wanted to finish: each open item says what it lacks. Returns it all in words.
export function sayMissing(form) {
  form.isChecked = true
  for (const item of form.items.values()) showJudged(item, ruleOf(item), form)
  const words = form.missing().map(({ code, why }) => lack(ruleOf(form.items.get(code)), why))
  return [...new Set(words)].join(" · ")
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
