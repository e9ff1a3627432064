// Where it is: preset to where one is, changed with two taps or a few letters.

import { $, copyOf, show } from "../floor/dom.js"
import { inWords } from "../floor/i18n.js"
import { findSpot, search, spotLine } from "../floor/spots.js"
import { loadDraft } from "../sync/drafts.js"
import { findings, lastPlaces } from "./own.js"

const ANY_KIND = { includes: () => true }

// The code of the place of the open checklist, else of the latest work, else of what is
// due; who has none of these is anywhere in the mall.
export async function presetPlace(known, from) {
  const anywhere = known.places.find(({ kind }) => kind === "mall")?.code
  const codes = [await openPlace(known, from), ...(await lastPlaces()), dueNow(known), anywhere]
  return codes.find((code) => code && findSpot(known, code)) ?? null
}

// from: the address of the view before, "#start/opening/L1-A"
async function openPlace(known, from) {
  const [name, first, second] = from.slice(1).split("/").map(decodeURIComponent)
  if (name === "start") return second
  if (name === "draft") return (await loadDraft(first))?.place
  if (name === "round") return known.rounds.find(({ id }) => id === first)?.place
  const found = name === "follow" && (await findings()).find(({ id }) => id === first)
  return found && (found.unit ?? found.place)
}

// Of the round that is on, or the next.
function dueNow({ rounds }) {
  const ahead = rounds.filter(({ closes_at: end }) => Date.parse(end) > Date.now())
  return ahead.sort((a, b) => Date.parse(a.opens_at) - Date.parse(b.opens_at))[0]?.place
}

// Draws the latest places, or those that fit what is typed; choose(code).
export async function offerPlaces(box, known, choose) {
  const input = $("input", box)
  input.value = "" // at once: whoever types quickly keeps it
  const latest = (await lastPlaces()).map((code) => findSpot(known, code)).filter(Boolean).slice(0, 4)
  const list = () => {
    const spots = input.value.trim() || !latest.length ? search(known, ANY_KIND, input.value) : latest
    $("ul", box).replaceChildren(...spots.map((spot) => row(spot, choose)))
    show($("[data-none]", box), !spots.length)
  }
  input.oninput = list
  list()
}

function row(spot, choose) {
  const item = copyOf("place-row", { what: spotLine(spot, inWords), where: spot.floor })
  $("button", item).onclick = () => choose(spot.code)
  return item
}
