// The sheets of the views behind the first one: read once, before any of them opens.

import { $ } from "./dom.js"

let reading = null

export function laterStyles() {
  reading ??= read()
  return reading
}

function read() {
  const links = [...$("#later-styles").content.cloneNode(true).querySelectorAll("link")]
  document.head.append(...links)
  return Promise.all(links.map((link) => new Promise((done) => (link.onload = link.onerror = done))))
}
