// Lists of rounds, fetched when they are opened. An open one stays open when the numbers
// change, showing what it had until the new list is there; a print has them all.

const groups = () => [...document.querySelectorAll(".rounds__group")]
const listOf = (group) => group.querySelector(".rounds__list")
const isFetched = (group) => group.hasAttribute("hx-get")
let before = new Map()

document.addEventListener("htmx:beforeSwap", () => {
  before = new Map(groups().map((group) => [group.id, { group, open: group.open }]))
})

document.addEventListener("htmx:oobAfterSwap", () => {
  for (const group of groups()) {
    const was = before.get(group.id)
    if (was && was.group !== group) restore(group, was)
  }
})

function restore(group, was) {
  before.delete(group.id)
  group.open = was.open
  if (!was.open || !isFetched(group)) return
  listOf(group).replaceWith(listOf(was.group))
  window.htmx.process(group) // now, or it would not hear that it was opened
}

window.addEventListener("beforeprint", () => {
  for (const group of groups().filter(isFetched)) fetchAtOnce(group)
})

// The browser prints as soon as its listeners return: there is no waiting for a fetch.
function fetchAtOnce(group) {
  const request = new XMLHttpRequest()
  request.open("GET", group.getAttribute("hx-get"), false)
  try {
    request.send()
  } catch {
    return // no network: the number is printed without its list
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html")
  const list = page.querySelector("ul.rounds__list")
  if (list) listOf(group).replaceWith(list)
}
