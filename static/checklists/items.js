// Between one item's inputs and its answer: reading, writing, showing the verdict.

import { $, $$ } from "../floor/dom.js"

const NUMERIC = new Set(["number", "count", "meter"])

// What the form says about itself: {sections: [{element, applies_to, items}]}.
export function definitionOf(form) {
  const sections = $$(".checklist__section", form).map((element) => ({
    element,
    applies_to: JSON.parse(element.dataset.appliesTo),
    items: $$(".item", element).map(ruleOf),
  }))
  return { sections }
}

const rules = new WeakMap()
export function ruleOf(item) {
  if (!rules.has(item)) rules.set(item, JSON.parse(item.dataset.rule))
  return rules.get(item)
}

// {value, of, raw}: `raw` keeps what was typed and is no number, so it is not lost.
export function read(item, rule) {
  if ($(`[name="${rule.code}-na"]`, item)?.checked) return { value: "na" }
  if (rule.type === "photo") return {}
  const first = valueOf(item, rule, rule.code)
  if (!rule.pair) return first
  return { ...first, of: valueOf(item, rule, `${rule.code}-of`).value }
}

function valueOf(item, rule, name) {
  const inputs = $$(`[name="${name}"]`, item)
  if (inputs[0].type === "radio") return { value: inputs.find((one) => one.checked)?.value }
  const typed = inputs[0].value
  if (!NUMERIC.has(rule.type) || typed === "") return { value: typed || undefined }
  const value = numberFrom(typed, rule.type === "count")
  return value === undefined ? { raw: typed } : { value }
}

// Full-width digits and decimal commas are what some keyboards give.
export function numberFrom(typed, whole = false) {
  const plain = typed.normalize("NFKC").trim().replace(",", ".")
  const shape = whole ? /^\d+$/ : /^[-+]?(\d+\.?\d*|\.\d+)$/
  return shape.test(plain) ? Number(plain) : undefined
}

export function write(item, rule, answer = {}) {
  const isNa = answer.value === "na"
  const na = $(`[name="${rule.code}-na"]`, item)
  if (na) na.checked = isNa
  writeTo(item, rule.code, isNa && na ? undefined : (answer.raw ?? answer.value))
  if (rule.pair) writeTo(item, `${rule.code}-of`, answer.of)
}

function writeTo(item, name, value) {
  for (const input of $$(`[name="${name}"]`, item)) {
    if (input.type === "radio") input.checked = input.value === value
    else if (input.value !== String(value ?? "")) input.value = value ?? ""
  }
}

// An answer and "n.a." exclude each other; the one touched last holds.
export function settle(item, rule, touched) {
  const na = $(`[name="${rule.code}-na"]`, item)
  if (!na || touched === na) return
  na.checked = false
}

export function showVerdict(item, verdict, message) {
  if (verdict) item.dataset.result = verdict
  else delete item.dataset.result
  const line = $(".item__verdict", item)
  line.hidden = !message
  $("span", line).textContent = message ?? ""
}

export function step(input, by) {
  input.value = Math.max(0, (numberFrom(input.value, true) ?? 0) + by)
}
