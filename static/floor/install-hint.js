// "Put it on the home screen": the browser's own question, or words where it has none.

import { $, show } from "./dom.js"

let question = null

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault()
  question = event
  offerInstall()
})
addEventListener("appinstalled", () => {
  show($("#install"), false)
  show($("#install-link"), false)
})

export function offerInstall() {
  const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone
  show($("#install-link"), !isInstalled)
  const box = show($("#install"), !isInstalled)
  const how = question ? "prompt" : isApple() ? "ios" : "menu"
  for (const words of box.querySelectorAll("[data-how]")) show(words, words.dataset.how === how)
  const button = show($("button", box), Boolean(question))
  button.onclick = () => question.prompt()
}

function isApple() {
  const isTouchMac = /Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || isTouchMac
}
