// Says in time that a field fills up: the browser cuts what is beyond its end without a word.

import { $, copyOf } from "./dom.js"
import { t } from "./i18n.js"

addEventListener("input", ({ target: field }) => {
  if (!field.matches("textarea[maxlength]")) return
  const [count, most] = [field.value.length, field.maxLength]
  $("[data-room]", field.parentElement)?.remove()
  if (count >= most * 0.9) field.after(copyOf("room-left", { text: t("%(count)s of %(most)s characters", { count, most }) }))
})
