// Keeps the running day calm: no refresh behind a hidden tab, and lists of rounds that
// were opened stay open when their numbers change.

const isList = (element) => element.id === "daylog-entries"
let open = []

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && isList(event.target)) event.preventDefault()
})

document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll(".rounds details[open]")].map(({ id }) => id)
})

document.addEventListener("htmx:oobAfterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "")
})
