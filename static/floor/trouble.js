// What went wrong, in words that say what to do next.

import { t } from "./i18n.js"

// Why an entry lies in the tray, and what sending it once more does then.
export function why({ code, text }) {
  const own = {
    damaged: t("Its text changed on this phone after it was saved, so it was not sent. Export it and show it to your supervisor."),
    photo_lost: t("A photo is no longer on this phone. Trying once more sends the entry without it."),
    photo_refused: t("The server cannot read a photo. Trying once more sends the entry without it."),
    photo_too_large: t("A photo is too large for the server. Trying once more sends the entry without it."),
    too_large: t("It is too large for the server. Export it and show it to your supervisor."),
  }
  return own[code] ?? text ?? code
}

export function explain(error) {
  const code = typeof error.code === "string" ? error.code : error.name // a DOMException's is a number
  if (code === "storage_full" || code === "QuotaExceededError") {
    return t("The phone's storage is full. Nothing is lost so far: free some space, then try again.")
  }
  if (code === "damaged_photo") return t("A photo was damaged on this phone. Remove it and take it again.")
  if (code === "blocked") return t("MallOps is open in another window with an old version. Close that one, then try again.")
  if (code === "outdated") return t("A newer version of MallOps is open in another window. Reload this page.")
  return t("It could not be stored on this phone. Nothing was sent; try again.")
}
