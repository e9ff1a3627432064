// The answers of one checklist: what is open, how far it is, the body to seal.
// Pure; a definition is {sections: [{applies_to, items: [rule, …]}]}.

import { isBelow, judge } from "./judge.js"

// The items shown at this kind of place, in order.
export function itemsAt(definition, placeKind) {
  return definition.sections
    .filter((section) => appliesTo(section, placeKind))
    .flatMap((section) => section.items)
}

export function appliesTo({ applies_to: kinds }, placeKind) {
  return !kinds?.length || kinds.includes(placeKind)
}

// Why an item still is open: "value", "of" (second half), "note", "photo"; or null.
export function openBecause(rule, answer, known) {
  const shots = photosOf(answer).length
  if (rule.type === "photo") {
    return answer?.value === "na" || shots || !isRequired(rule) ? null : "photo"
  }
  if (!hasValue(answer)) return isRequired(rule) || shots ? "value" : null
  if (answer.value === "na") return null
  if (rule.pair && (answer.of ?? "") === "") return "of"
  if (rule.type === "signature" && !answer.drawn) return "photo"
  if (isBelow(rule, answer.value, known) && !answer.note?.trim()) return "note"
  return needsPhoto(rule, answer, known) && !shots ? "photo" : null
}

// As on the server: nothing counted has nothing to show, and what is still open was shown.
export function needsPhoto(rule, answer, known) {
  const isFail = judge(rule, answer, known) === "fail"
  if (isFail && answer.still_open) return false
  if (rule.photo === "always") return hasValue(answer) && !(rule.type === "count" && answer.value === 0)
  return rule.photo === "on_fail" && isFail
}

// Every open item that stops finishing: [{code, why}], in the order of the form.
export function missing(definition, answers, placeKind, known) {
  return itemsAt(definition, placeKind)
    .map((rule) => ({ code: rule.code, why: openBecause(rule, answers[rule.code], known) }))
    .filter(({ why }) => why)
}

// {answered, all} of some items; optional ones left empty are not counted as open.
export function progress(rules, answers, known) {
  const counted = rules.filter((rule) => isRequired(rule) || isBegun(answers[rule.code]))
  const done = counted.filter((rule) => !openBecause(rule, answers[rule.code], known))
  return { answered: done.length, all: counted.length }
}

// The body of an inspection entry; keys of the draft that only the phone needs stay out.
export function toBody(draft, definition, finishedAt) {
  const codes = itemsAt(definition, draft.placeKind).map(({ code }) => code)
  const answered = codes.filter((code) => isBegun(draft.answers[code]))
  return {
    checklist: draft.checklist,
    version: draft.version,
    place: draft.place,
    round: draft.round ?? null,
    started_at: draft.startedAt,
    finished_at: finishedAt,
    answers: Object.fromEntries(answered.map((code) => [code, sealed(draft.answers[code])])),
    aborted: draft.aborted ?? null,
  }
}

export function photosOf(answer) {
  return [...(answer?.photos ?? []), ...(answer?.drawn ? [answer.drawn] : [])]
}

export function isRequired(rule) {
  return rule.required ?? true
}

function hasValue(answer) {
  return answer?.value !== undefined && answer.value !== null && answer.value !== ""
}

function isBegun(answer) {
  return hasValue(answer) || Boolean(answer?.note?.trim()) || photosOf(answer).length > 0
}

function sealed(answer) {
  const photos = photosOf(answer)
  return {
    value: hasValue(answer) ? answer.value : null,
    ...(answer.note?.trim() && { note: answer.note.trim() }),
    ...(photos.length && { photos }),
    ...(answer.fixed_on_spot && { fixed_on_spot: true }),
    ...(answer.still_open && { still_open: answer.still_open }),
    ...((answer.of ?? "") !== "" && { of: answer.of }),
  }
}
