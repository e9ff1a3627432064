// What the rows of the due list say.

import { BUCKETS, rowsOf } from "./due-rules.js"
import { clock, span } from "./format.js"
import { inWords, t } from "./i18n.js"
import { findSpot, spotLine } from "./spots.js"

const FOLDED = new Set(["missed", "unknown", "later", "done"])

// {key, title, isFolded, rows: [{what, where, left, state, href, rows?}]} for each bucket with content.
// others: [{bucket, row}], what is due besides checklists.
export function groupsOf(rounds, known, begun, others) {
  const titles = {
    now: t("Now"), missed: t("Missed"), unknown: t("Unknown"), next: t("Next"), later: t("Later today"), done: t("Done"),
  }
  return BUCKETS.map((bucket) => {
    const here = rounds.filter((round) => round.bucket === bucket)
    const besides = others.filter((other) => other.bucket === bucket).map(({ row }) => row)
    const rows = [...besides, ...rowsOf(here).map((row) => describe(row, known, begun))]
    const title = FOLDED.has(bucket) ? `${titles[bucket]} · ${besides.length + here.length}` : titles[bucket]
    return { key: bucket, title, rows, isFolded: FOLDED.has(bucket) }
  }).filter(({ rows }) => rows.length)
}

function describe({ key, rounds }, known, begun) {
  const [first] = rounds
  const list = known.checklists.find(({ code }) => code === first.checklist)
  const one = { key, state: first.isSoon ? "soon" : first.state, what: inWords(list?.title) || first.checklist, left: leftOf(first, known) }
  if (rounds.length > 1) {
    const rows = rounds.map((round) => describe({ key: round.id, rounds: [round] }, known, begun))
    return { ...one, where: t("%(count)s places", { count: rounds.length }), rows: rows.map(ofGroup) }
  }
  const place = spotLine(findSpot(known, first.place), inWords) || first.place
  const where = begun.has(first.id) ? t("%(place)s · begun", { place }) : place
  return { ...one, where, href: first.bucket === "done" ? null : `#round/${encodeURIComponent(first.id)}` }
}

// In a group only the place differs.
const ofGroup = (row) => ({ ...row, what: row.where, where: "", left: "" })

// Of a round from due-rules.js: it must start in time, and be finished before it closes.
export function leftOf({ state, bucket, opens_at: opens, lateAt, isBegun, closes_at: closes }, { time_zone: zone }) {
  const at = (moment) => ({ time: clock(moment, zone) })
  if (state === "waiting") return t("Saved here")
  if (state === "done") return t("Done")
  if (state === "wrong") return t("Not taken, see outbox")
  if (state === "missed") return t("Missed at %(time)s", at(closes))
  if (state === "unknown") return t("Over since %(time)s", at(closes))
  if (state === "late") return t("Late since %(time)s", at(lateAt))
  if (bucket !== "now") return t("From %(time)s", at(opens))
  const time = span(lateAt, Date.now())
  return isBegun ? t("%(time)s left to finish", { time }) : t("start within %(time)s", { time })
}

export function draftRow(draft, { time_zone: zone }) {
  return {
    key: draft.id, what: inWords(draft.title), where: inWords(draft.placeName), state: "due",
    left: t("Begun %(time)s", { time: clock(draft.startedAt, zone) }), href: `#draft/${draft.id}`,
  }
}
