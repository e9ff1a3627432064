// Keeps the running day calm: no refresh behind a hidden tab, no page within the page.

const isList = (element) => element.matches("[hx-trigger^=every]")

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && isList(event.target)) event.preventDefault()
})

// Signed out meanwhile: the answer is the page to sign in, and takes the whole window.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (new URL(detail.xhr.responseURL).pathname.startsWith(location.pathname)) return
  detail.shouldSwap = false
  location.reload()
})
