// Says in time that a field fills up: the browser cuts what is beyond its end without a word.

import { $ } from "./dom.js"
import { t } from "./i18n.js"

const NEAR = 0.9

addEventListener("input", ({ target }) => target.matches("textarea[maxlength]") && say(target))

function say(field) {
  const [count, most] = [field.value.length, field.maxLength]
  $("[data-room]", field.parentElement)?.remove()
  if (count < most * NEAR) return
  const line = document.createElement("span")
  line.dataset.room = ""
  line.className = count < most ? "field__hint" : "field__error"
  line.textContent = count < most
    ? t("%(count)s of %(most)s characters", { count, most })
    : t("Full: only the first %(most)s characters are kept. Check the end.", { most })
  field.after(line)
}
