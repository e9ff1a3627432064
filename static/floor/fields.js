// Between the named fields of a form and a draft, which has them under the same names.

import { $, $$ } from "./dom.js"

export function write(form, draft) {
  for (const input of $$("[name]", form)) {
    const value = draft[input.name]
    if (input.type === "checkbox") input.checked = Boolean(value)
    else if (input.type === "radio") input.checked = input.value === value
    else input.value = value ?? ""
  }
}

export function read(form) {
  const inputs = $$("[name]", form).filter(({ type, checked }) => type !== "radio" || checked)
  return Object.fromEntries(inputs.map(({ type, name, checked, value }) => [name, type === "checkbox" ? checked : value]))
}

// To what is missing in the form; returns what to do about it.
export function goTo(form, missing) {
  const field = $(`[data-missing=${missing}]`, form)
  const target = field.matches("input, select, textarea, [tabindex]") ? field : $("input", field)
  target.focus()
  return field.dataset.say
}
