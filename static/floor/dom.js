// The few things every page module does to the document.

export const $ = (selector, root = document) => root.querySelector(selector)
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]

// A copy of a <template>, its [data-slot] places filled with text.
export function copyOf(id, texts = {}) {
  const copy = $(`template#${id}`).content.firstElementChild.cloneNode(true)
  return fill(copy, texts)
}

export function fill(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    $(`[data-slot="${name}"]`, root).textContent = text ?? ""
  }
  return root
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("class", "icon")
  svg.setAttribute("aria-hidden", "true")
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"))
  return pointTo(svg, name)
}

export function pointTo(svg, name) {
  svg.firstElementChild.setAttribute("href", document.documentElement.dataset.icons + name)
  return svg
}

const STATE_ICONS = {
  due: "clock", soon: "clock", late: "clock", done: "check", missed: "circle-alert",
  wrong: "triangle-alert", unknown: "circle-help", waiting: "cloud-upload",
}

// Colour and icon of a state; its word is already in the row.
export function showState(root, state) {
  const mark = $("[data-state]", root)
  mark.classList.add(`state--${state}`)
  pointTo($("svg", mark), STATE_ICONS[state])
}

export function show(element, visible = true) {
  element.hidden = !visible
  return element
}

// When all that changed until now is on screen; soon, where nothing is drawn (a hidden page).
export function drawn() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done))
    setTimeout(done, 200)
  })
}

export function option(value, text) {
  return Object.assign(document.createElement("option"), { value, textContent: text })
}
