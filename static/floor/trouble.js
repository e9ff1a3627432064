// What went wrong while storing, in words that say what to do next.

import { t } from "./i18n.js"

export function explain(error) {
  const code = typeof error.code === "string" ? error.code : error.name // a DOMException's is a number
  if (code === "storage_full" || code === "QuotaExceededError") {
    return t("The phone's storage is full. Nothing is lost so far: free some space, then try again.")
  }
  if (code === "damaged_photo") return t("A photo was damaged on this phone. Remove it and take it again.")
  if (code === "blocked") return t("MallOps is open in another window with an old version. Close that one, then try again.")
  return t("It could not be stored on this phone. Nothing was sent; try again.")
}
