// Asks why something ends otherwise than it should. Resolves with the reason, or null.

import { $, show } from "./dom.js"

export function askReason(dialog = $("#abort")) {
  const form = $("form", dialog)
  form.reset()
  show($("[data-error]", form), false)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "abort" ? form.reason.value.trim() : null)
    dialog.oncancel = () => (dialog.returnValue = "keep")
    $("[data-abort]", form).onclick = (event) => insist(event, form)
  })
}

function insist(event, form) {
  if (form.reason.value.trim()) return
  event.preventDefault()
  show($("[data-error]", form))
  form.reason.setAttribute("aria-invalid", "true")
  form.reason.focus()
}
