// One checklist under the thumb: every tick becomes an answer of the draft and is stored.

import { $, $$, show } from "../floor/dom.js"
import { appliesTo, missing, openBecause, progress } from "./answers.js"
import { definitionOf, read, ruleOf, settle, step, write } from "./items.js"
import { mountSignature } from "./signature.js"
import { isNeeded, refreshUnfolded, unfold } from "./unfold.js"
import { showJudged, workOutMeters } from "./verdicts.js"

const BOUNCE_MS = 350 // a second tap this soon is the same tap

export class ChecklistForm {
  // keeper: {changed(), line(), keep(bytes, item), photo(sha256)}; known: see judge.js
  constructor(element, draft, known, keeper) {
    Object.assign(this, { element, draft, known, keeper })
    this.definition = definitionOf(element)
    this.items = new Map($$(".item", element).map((item) => [ruleOf(item).code, item]))
    this.lastTap = { code: null, at: 0 }
    this.hideSections()
    this.fillIn()
    this.listen()
  }

  hideSections() {
    for (const section of this.definition.sections) {
      show(section.element, appliesTo(section, this.draft.placeKind))
    }
  }

  fillIn() {
    for (const [code, item] of this.items) {
      const rule = ruleOf(item)
      write(item, rule, this.draft.answers[code])
      if (isNeeded(rule, this.draft.answers[code], this.known)) unfold(item, rule, this)
      if (rule.type === "signature") this.prepareSignature(item, rule)
      showJudged(item, rule, this)
    }
    this.countUp()
  }

  listen() {
    this.element.addEventListener("click", (event) => this.onClick(event))
    this.element.addEventListener("input", ({ target }) => {
      if (target.type !== "radio") this.onInput(target) // its click was the answer already
    })
    this.element.addEventListener("submit", (event) => event.preventDefault())
  }

  onClick({ target, timeStamp }) {
    const item = target.closest(".item")
    if (!item) return
    if (target.type === "radio") return this.tap(item, target, timeStamp)
    const button = target.closest("button")
    if (button) this.press(item, button)
  }

  // A tap on what is chosen already takes the choice back.
  tap(item, radio, at) {
    const { code } = ruleOf(item)
    const isBounce = this.lastTap.code === code && at - this.lastTap.at < BOUNCE_MS
    if (this.draft.answers[code]?.value === radio.value && !isBounce) radio.checked = false
    this.lastTap = { code, at }
    navigator.vibrate?.(10)
    this.onInput(radio)
  }

  press(item, button) {
    if (button.matches(".item__help")) return this.toggleHelp(item, button)
    if (button.matches(".item__more")) return unfold(item, ruleOf(item), this, { toggle: true })
    const input = $(`[name="${ruleOf(item).code}"]`, item)
    if (button.dataset.step) step(input, Number(button.dataset.step))
    else if (button.dataset.now) input.value = this.keeper.clock()
    else return
    this.onInput(input)
  }

  toggleHelp(item, button) {
    const isOpen = button.getAttribute("aria-expanded") === "true"
    button.setAttribute("aria-expanded", String(!isOpen))
    show($(".item__guidance", item), !isOpen)
  }

  onInput(input) {
    const item = input.closest(".item")
    if (!item || !input.name) return
    const rule = ruleOf(item)
    settle(item, rule, input)
    const typed = read(item, rule)
    this.change(rule, { value: undefined, of: undefined, raw: undefined, auto: undefined, still_open: undefined, ...typed })
    if (typed.value === "na") write(item, rule, typed)
  }

  // The one place where an answer changes.
  change(rule, parts) {
    const { answers } = this.draft
    answers[rule.code] = { ...answers[rule.code], ...parts }
    this.draft.at = rule.code
    const item = this.items.get(rule.code)
    if (isNeeded(rule, answers[rule.code], this.known)) unfold(item, rule, this)
    refreshUnfolded(item, rule, answers[rule.code], this.known)
    showJudged(item, rule, this)
    if (rule.type === "meter") workOutMeters(this)
    this.countUp(this.definition.sections.filter(({ items }) => items.includes(rule)))
    this.keeper.changed()
  }

  async prepareSignature(item, rule) {
    const answer = this.draft.answers[rule.code]
    const bytes = answer?.drawn && this.keeper.photo(answer.drawn)
    await mountSignature(item, bytes, async (drawn) => {
      this.change(rule, { drawn: drawn ? await this.keeper.keep(drawn, rule.code) : undefined })
    })
  }

  countUp(sections = this.definition.sections) {
    for (const { element, items } of sections) {
      const { answered, all } = progress(items, this.draft.answers, this.known)
      const count = $(".checklist__count", element)
      count.textContent = `${answered}/${all}`
      element.toggleAttribute("data-complete", answered === all)
    }
  }

  progress() {
    const { sections } = this.definition
    const shown = sections.filter((section) => appliesTo(section, this.draft.placeKind))
    return progress(shown.flatMap(({ items }) => items), this.draft.answers, this.known)
  }

  missing() {
    return missing(this.definition, this.draft.answers, this.draft.placeKind, this.known)
  }

  // To the next open item after the one touched last, round the end to the first.
  nextOpen() {
    const open = this.missing().map(({ code }) => code)
    const codes = [...this.items.keys()]
    const at = codes.indexOf(this.draft.at)
    return open.find((code) => codes.indexOf(code) > at) ?? open[0]
  }

  goTo(code) {
    const item = this.items.get(code)
    const why = openBecause(ruleOf(item), this.draft.answers[code], this.known)
    if (why === "photo" || why === "note") unfold(item, ruleOf(item), this)
    item.scrollIntoView({ block: "center" })
    item.focus({ preventScroll: true })
    this.draft.at = code
  }
}
