// The chip in the header: is my work safe? Always there, opens the outbox.

import { onProgress } from "../sync/drain.js"
import { counts, onChange } from "../sync/outbox.js"
import { $, drawn, icon, show } from "./dom.js"
import { t } from "./i18n.js"
import { latest } from "./latest.js"

const NEEDS_A_PERSON = new Set(["signed_out", "portal", "forbidden", "other_mall"])
const REST_MS = 500 // between two counts of what waits: not after each of a run of taps
let progress = { state: "idle", done: 0, all: 0 }

const paint = latest(paintNow)

export function startChip() {
  onProgress((news) => {
    progress = news
    paint()
  })
  onChange(paint)
  paint()
}

export const lastProgress = () => progress

async function paintNow() {
  await drawn() // after what the person just did
  const { look, name, text } = faceFor(await counts(), progress)
  const chip = show($("#chip"))
  if (chip.dataset.name !== name) chip.replaceChildren(icon(name), document.createElement("span"))
  Object.assign(chip.dataset, { look, name })
  if (chip.textContent !== text) chip.lastChild.textContent = text // said aloud, too
  // What waits may be one less for a moment; "all on the server" may not.
  if (look === "waiting") await new Promise((rested) => setTimeout(rested, REST_MS))
}

function faceFor({ waiting, refused, received }, { state, done, all }) {
  if (refused || (waiting && NEEDS_A_PERSON.has(state))) {
    return { look: "wrong", name: "circle-alert", text: t("Needs you") }
  }
  if (waiting && state === "sending") {
    return { look: "waiting", name: "cloud-upload", text: t("Sending %(done)s/%(all)s", { done, all }) }
  }
  if (waiting) {
    return { look: "waiting", name: "smartphone", text: t("Saved here · %(count)s", { count: waiting }) }
  }
  if (received) return { look: "done", name: "cloud-check", text: t("All on the server") }
  return { look: "quiet", name: "cloud-check", text: t("Nothing waits") }
}
