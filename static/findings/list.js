// Keeps the list of findings calm: no refresh behind a hidden tab or under the hands of
// somebody who fills in a form in it; a refused form comes back into its row.

const isList = (element) => element.id === "findings"
const isBusy = (list) => list.querySelector(".step-form") !== null

document.addEventListener("htmx:beforeRequest", (event) => {
  const { target } = event
  if (isList(target) && (document.hidden || isBusy(target))) event.preventDefault()
})

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 422) detail.shouldSwap = true
})

document.addEventListener("htmx:afterSwap", ({ target }) => {
  target.querySelector?.(".step-form select, .step-form textarea")?.focus()
})

document.addEventListener("click", ({ target }) => {
  const form = target.closest("[data-close]")?.closest(".finding-row__slot")
  if (!form) return
  form.replaceChildren()
  form.parentElement.querySelector(".finding-row__step")?.focus()
})
