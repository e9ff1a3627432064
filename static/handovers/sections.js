// The contents of a handover: sections with their counts, and a row for each line.

import { showSeverity, WORDS } from "../findings/words.js"
import { $, $$, copyOf, show } from "../floor/dom.js"
import { clock, dayAndClock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { shownIn } from "./draft.js"

const root = $("#handover-form")
const COUNTED = ["rounds", "doors"] // sections with numbers beside their lines

// mode: read · sign · accept; fresh: keys of lines that came since it was last on screen.
export function drawSections(side, { mode, draft, fresh = [] }, { time_zone: zone }) {
  const { snapshot, lines, silence } = side
  for (const list of $$("[data-lines]", root)) {
    const rows = lines.filter(({ kind }) => kind === list.dataset.lines).map((line) => row(line, side, mode, draft, fresh))
    list.replaceChildren(...rows)
  }
  for (const [name, texts] of Object.entries(factsOf(side, zone))) {
    $(`[data-facts=${name}]`, root).replaceChildren(...texts.map(fact))
  }
  for (const name of COUNTED) {
    for (const one of $$(`[data-section=${name}] [data-count]`, root)) $("b", one).textContent = snapshot[name][one.dataset.count]
  }
  const unheard = mode === "sign" ? silence : []
  $("[data-facts=silence]", root).replaceChildren(...unheard.map((one) => fact(silent(one, zone))))
  for (const section of $$("details[data-section]", root)) frame(section)
  show($("[data-section=remarks]", root), mode === "sign")
  writeFields(draft)
}

function row(line, side, mode, draft, fresh) {
  const { key, title, detail, severity, overdue } = line
  const item = copyOf("handover-row", { title, detail, severity: WORDS.severities[severity] })
  item.dataset.key = key
  if (severity) showSeverity(show($("[data-severity]", item)), severity)
  show($("[data-overdue]", item), Boolean(overdue))
  show($("[data-fresh]", item), fresh.includes(key))
  show($("[data-reserved]", item), mode === "read" && side.standing.reserved.includes(key))
  const fields = fieldsOf(line, side, mode)
  if (fields) item.append(named(copyOf(fields), title))
  const asset = side.snapshot.assets.find((one) => one.key === key)
  if (asset) item.dataset.expected = asset.expected
  return item
}

function fieldsOf({ key, kind }, { snapshot, left }, mode) {
  if (mode === "accept") return left.includes(key) ? "handover-answer" : null
  if (mode !== "sign") return null
  if (kind === "asset") return "handover-count"
  const isMissed = kind === "round" && snapshot.rounds.lines.some((one) => one.key === key && one.state === "missed")
  return isMissed ? "handover-reason" : null
}

// A screen reader hears which line a field belongs to.
function named(fields, title) {
  const group = $("fieldset", fields)
  if (group) $("legend", group).textContent = title
  for (const label of $$("[data-about]", fields)) label.textContent = title
  return fields
}

function factsOf({ snapshot: { people, penalties, notes }, ahead: next = [] }, zone) {
  const at = ({ at: moment }) => clock(moment, zone)
  return {
    people: [
      ...people.on.map(({ name, lead }) => (lead ? t("%(name)s (leads)", { name }) : name)),
      ...people.absent.map(({ name, replaced_by: other }) =>
        other ? t("%(name)s absent, replaced by %(other)s", { name, other }) : t("%(name)s absent", { name })),
    ],
    penalties: penalties.map((one) => t("Penalty proposed: %(unit)s, %(text)s", one)),
    notes: notes.map((one) => `${at(one)} ${one.by} · ${one.text}`),
    next,
  }
}

const fact = (text) => Object.assign(document.createElement("li"), { textContent: text, dir: "auto" })

function silent({ person: { name }, silent_since: since, missing, waiting, waiting_since: oldest }, zone) {
  const lacking = missing - waiting
  const parts = [
    since && t("not heard of since %(time)s", { time: dayAndClock(since, zone) }),
    waiting && t("%(count)s waiting on the phone since %(time)s", { count: waiting, time: dayAndClock(oldest, zone) }),
    lacking && t("%(count)s entries never arrived", { count: lacking }),
  ]
  return `${name}: ${parts.filter(Boolean).join(", ")}`
}

// What there is nothing of is left out; what wants an answer stands open.
function frame(section) {
  const rows = $$("[data-lines] > li, [data-facts] > li", section).length
  show(section, rows > 0 || $$("[data-count]", section).some((one) => $("b", one).textContent !== "0"))
  $("summary b", section).textContent = rows || ""
  section.open ||= section.dataset.section !== "people" && rows > 0
}

export function writeFields(draft) {
  if (!draft) return
  for (const input of $$("[data-field]", root)) {
    const value = shownIn(draft, input.dataset.field, input.closest("[data-key]")?.dataset.key)
    if (input.type === "checkbox") input.checked = Boolean(value)
    else if (input.type === "radio") input.checked = input.value === value
    else input.value = value ?? ""
  }
  unfold(draft)
}

const WANTED = {
  reserved: ({ lines }, { key }) => lines[key] === "reserved",
  differs: (draft, { key, expected }) => (shownIn(draft, "count", key)?.trim() || expected) !== expected,
}

// A note where it is wanted: beside a reservation, or a count that differs.
export function unfold(draft) {
  for (const note of $$("[data-if]", root)) {
    show(note, WANTED[note.dataset.if](draft, note.closest("[data-key]").dataset))
  }
}
