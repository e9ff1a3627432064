// At an item of a checklist: what is open there from before, so that the same problem
// seen again is no second finding.

import { ruleOf, write } from "../checklists/items.js"
import { $, copyOf } from "../floor/dom.js"
import { t } from "../floor/i18n.js"
import { findings } from "./own.js"
import { stillOpen } from "./rules.js"
import { when } from "./words.js"

export async function offerStillOpen(form, known) {
  const mine = ({ checklist }) => checklist === form.draft.checklist
  if (!known?.findings?.some(mine)) return
  for (const [code, open] of stillOpen(await findings(), form.draft)) {
    if (form.items.has(code)) mount(form.items.get(code), open, form, known)
  }
}

function mount(item, open, form, { time_zone: zone }) {
  const box = copyOf("still-open")
  const buttons = open.map(({ id, number, text, opened_at: at }) => {
    const since = t("Still open since %(time)s: #%(number)s", { time: when(at, zone), number })
    const one = copyOf("still-open-one", { since, text })
    const button = $("button", one)
    button.value = id
    box.prepend(one)
    return button
  })
  buttons.push(box.lastElementChild) // another problem: it has no value
  const paint = () => {
    const said = form.draft.answers[ruleOf(item).code]?.still_open
    for (const button of buttons) button.setAttribute("aria-pressed", Boolean(said) && button.value === said)
  }
  for (const button of buttons) button.onclick = () => answer(item, form, button.value || undefined)
  for (const type of ["click", "input"]) item.addEventListener(type, () => setTimeout(paint))
  $(".item__unfold", item).before(box)
  paint()
}

function answer(item, form, id) {
  const rule = ruleOf(item)
  const isTick = rule.type === "pass_fail" // other types say by their value that they fail
  form.change(rule, { ...(isTick && { value: "fail" }), still_open: id, fixed_on_spot: undefined })
  write(item, rule, form.draft.answers[rule.code])
}
