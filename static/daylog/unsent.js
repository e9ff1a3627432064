// A form of a desk page that is sent without a network: browsers put a page of their own in place of
// what was typed, and some keep none of it. Nothing is sent then, and the person is told.

const told = document.getElementById("unsent")

// Before others hear of it. That there is no network can be believed, that there is one cannot.
addEventListener("submit", holdBack, true)

function holdBack(event) {
  if (navigator.onLine || event.target.getAttribute("method") !== "post") return
  event.preventDefault()
  event.stopImmediatePropagation()
  tell(event.target)
}

// What htmx could not send is still on the page, but nobody would see that it went nowhere.
document.addEventListener("htmx:sendError", ({ target }) => target.matches("form") && tell(target))

function tell(form) {
  form.append(told) // where the person looks
  told.hidden = false
  told.scrollIntoView({ block: "nearest" })
}
