// The draft behind an open checklist: found again, or begun.

import { drafts, loadDraft } from "../sync/drafts.js"
import { newId } from "../sync/install.js"
import { entriesForRound } from "../sync/outbox.js"
import { isWalked } from "./due-rules.js"
import { withOffset } from "./format.js"
import { findSpot, spotLine } from "./spots.js"

const LANGUAGES = ["en", "zh-Hans", "zh-Hant"]

// By the route's name; each resolves with a draft, or null when there is nothing to fill in.
export const FIND = {
  draft: (id) => loadDraft(id),
  round: async (id, known) => (await ofRound(id)) ?? (await beginRound(id, known)),
  start: async (path, known) => {
    const at = path.indexOf("/")
    return known && begin({ checklist: path.slice(0, at), place: path.slice(at + 1) }, known)
  },
}

async function ofRound(id) {
  return (await drafts()).find(({ round }) => round === id)
}

// A round that is sealed already is not begun a second time.
async function beginRound(id, known) {
  const round = known?.rounds.find((one) => one.id === id)
  if (!round || isWalked(round) || (await entriesForRound(id)).length) return null
  return begin({ ...round, round: id }, known)
}

function begin({ checklist: code, place, round = null }, known) {
  const list = known.checklists.find((one) => one.code === code)
  const spot = findSpot(known, place)
  if (!list || !spot) return null
  return {
    id: newId(), kind: "inspection", checklist: code, version: list.version, form: list.form,
    person: known.person.id, title: list.title, place, placeKind: spot.kind, placeName: inAllWords(spot), round,
    startedAt: withOffset(new Date(), known.time_zone), answers: {}, scroll: 0,
    mall: known.mall, timeZone: known.time_zone,
  }
}

function inAllWords(spot) {
  return Object.fromEntries(
    LANGUAGES.map((code) => [code, spotLine(spot, (words) => words?.[code] ?? words?.en ?? "")]),
  )
}

// What the outbox calls it: "Opening inspection · Atrium north, L1", in every language.
export function labelOf({ title, placeName }) {
  return Object.fromEntries(LANGUAGES.map((code) => [code, `${title[code] ?? title.en} · ${placeName[code]}`]))
}
