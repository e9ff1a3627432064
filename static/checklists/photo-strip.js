// The photos of one item or note: shows them, takes more, removes one before sealing.

import { $, $$, copyOf, show } from "../floor/dom.js"
import { t } from "../floor/i18n.js"
import { UnreadablePhoto, shrink } from "./photos.js"

// `store`: {line(): text or null, keep(bytes): Promise of the hash, changed(hashes)}.
// `photos`: [{sha256, bytes}] taken before. Returns when they are on screen.
export function mountPhotos(place, photos, store) {
  const strip = copyOf("photos")
  place.replaceChildren(strip)
  photos.forEach((photo) => add(strip, photo, store))
  strip.addEventListener("change", (event) => take(strip, event.target, store))
  return strip
}

async function take(strip, input, store) {
  const files = [...input.files]
  input.value = ""
  complain(strip, null)
  strip.setAttribute("aria-busy", "true")
  for (const file of files) {
    await takeOne(strip, file, store).catch((error) => complain(strip, error, file))
  }
  strip.removeAttribute("aria-busy")
}

async function takeOne(strip, file, store) {
  const bytes = await shrink(file, store.line())
  const sha256 = await store.keep(bytes)
  if (hashesOf(strip).includes(sha256)) return
  add(strip, { sha256, bytes }, store)
  store.changed(hashesOf(strip))
}

function add(strip, { sha256, bytes }, store) {
  const one = copyOf("photo")
  const number = hashesOf(strip).length + 1
  one.dataset.sha256 = sha256
  $("img", one).src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }))
  $("img", one).alt = t("Photo %(number)s", { number })
  const button = $("button", one)
  button.setAttribute("aria-label", t("Remove photo %(number)s", { number }))
  button.addEventListener("click", () => remove(strip, one, store))
  $(".photos__strip", strip).append(one)
}

function remove(strip, one, store) {
  URL.revokeObjectURL($("img", one).src)
  one.remove()
  store.changed(hashesOf(strip))
  $("input", strip).focus()
}

function hashesOf(strip) {
  return $$("[data-sha256]", strip).map((one) => one.dataset.sha256)
}

function complain(strip, error, file) {
  const line = show($(".field__error", strip), Boolean(error))
  line.textContent = error ? reason(error, file) : ""
}

function reason(error, file) {
  if (error.name === "QuotaExceededError") {
    return t("The phone's storage is full. The photo was not kept; everything else is. Free some space, then take it again.")
  }
  if (error.message === "cut") {
    return t("This photo is damaged: the file ends before the picture does. Take it again, or choose another one.")
  }
  if (error instanceof UnreadablePhoto && /hei[cf]/i.test(file.type + file.name)) {
    return t("This browser cannot open HEIC photos. Take the photo with the button here, or choose a JPEG.")
  }
  if (error instanceof UnreadablePhoto) {
    return t("This file cannot be opened as a photo; it may be damaged. Choose another one.")
  }
  return t("The photo could not be kept. Try again.")
}
