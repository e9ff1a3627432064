// All that is left in the rows of a zone at once: asked for once, marked as seen together.

import { $, $$ } from "../floor/dom.js"
import { t } from "../floor/i18n.js"
import { isUnseen } from "./rules.js"
import { zoneName } from "./words.js"

const dialog = $("#doors-rest")

// section: those rows; what a search hides is not meant.
export function askForRest({ known, event, looks }, byNo, section, mark) {
  const shown = $$("[data-no]", section).map(({ dataset }) => byNo.get(dataset.no))
  const left = shown.filter((door) => isUnseen(door, looks)).map(({ no }) => no)
  const values = { count: left.length, zone: zoneName(known, section.dataset.zone) }
  $("h2", dialog).textContent = event === "opening"
    ? t("%(zone)s: are the other %(count)s shops open?", values)
    : t("%(zone)s: are the other %(count)s shops closed?", values)
  $("#doors-rest-list").textContent = left.join(" · ")
  $("[data-yes]", dialog).onclick = () => mark(left, "bulk")
  dialog.showModal()
}
