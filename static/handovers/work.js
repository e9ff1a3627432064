// Filling in a handover: a draft kept at every change, then signed, accepted or refused.

import { $, $$, show } from "../floor/dom.js"
import { askReason } from "../floor/abort.js"
import { t } from "../floor/i18n.js"
import { leaver, savedNotice } from "../floor/saved.js"
import { explain } from "../floor/trouble.js"
import { Work } from "../floor/work.js"
import { changed, FRESH, KINDS, restAccepted } from "./draft.js"
import { acceptance, missingToAccept, missingToSign, refusal, signature } from "./rules.js"
import { unfold, writeFields } from "./sections.js"
import { nameOf } from "./sides.js"

const form = $("#handover-form")
const MISSING = { sign: missingToSign, accept: missingToAccept }
const BODY = { sign: signature, accept: acceptance }
let now = null // {side, mode, work}
let isBusy = false

form.oninput = ({ target }) => {
  const { field } = target.dataset
  if (!field || !now?.work) return
  const value = target.type === "checkbox" ? target.checked : target.value
  change(changed(now.work.draft, field, value, target.closest("[data-key]")?.dataset.key))
}
form.onsubmit = (event) => {
  event.preventDefault()
  save()
}
$("#handover-rest").onclick = askRest
$("#handover-refuse-open").onclick = async () => {
  const reason = await askReason($("#handover-refuse"))
  if (reason) await once(() => seal(refusal(now.side, reason), t("Handover of %(shift)s refused", { shift: nameOf(now.side) })))
}

// The draft of this handover, or a new one; null where nothing is filled in.
export async function takeUp(known, side, mode) {
  const kind = KINDS[mode]
  const fits = (draft) => draft.kind === kind && draft.shift === side.shift.id
  const fresh = { kind, shift: side.shift.id, ...structuredClone(FRESH[mode]) }
  await now?.work?.saving
  now = { side, mode, work: kind ? await Work.takeUp(known, fits, fresh) : null }
  return now.work?.draft ?? null
}

export async function putAway() {
  await now?.work?.saving
  now = null
}

// isUnread: then it may be confirmed as read, without accepting it.
export function drawBar(isUnread) {
  const { mode, work } = now
  complain("")
  for (const part of $$("[data-mode]", form)) show(part, part.dataset.mode === mode)
  for (const button of $$("[data-read]", form)) show(button, isUnread)
  show($("#handover-bar"), Boolean(work) || isUnread)
  if (work) paintRest()
}

function paintRest() {
  const { mode, side, work } = now
  if (mode === "accept") show($("#handover-rest"), side.left.some((key) => !work.draft.lines[key]))
}

function change(parts) {
  now.work.keep(parts, (error) => complain(explain(error)))
  complain("")
  unfold(now.work.draft)
  paintRest()
}

function complain(message) {
  show($("#handover-error"), Boolean(message)).textContent = message
}

// Asked once for all of them together.
function askRest() {
  const { side, work } = now
  const open = side.left.filter((key) => !work.draft.lines[key])
  const dialog = $("#handover-ask")
  $("p", dialog).textContent = t("%(count)s lines have no answer yet. Accept all of them as they are?", { count: open.length })
  dialog.onclose = () => {
    if (dialog.returnValue !== "accept") return
    change(restAccepted(work.draft, side.left))
    writeFields(work.draft)
  }
  dialog.returnValue = ""
  dialog.showModal()
}

async function save() {
  const { side, mode, work } = now
  const missing = MISSING[mode]?.(side, work.draft)
  if (missing) return goTo(missing)
  const shift = nameOf(side)
  const label = mode === "sign" ? t("Handover of %(shift)s signed", { shift }) : t("Handover of %(shift)s accepted", { shift })
  await once(() => seal(BODY[mode](side, work.draft), label))
}

function goTo({ what, key }) {
  const row = key ? $(`[data-key="${CSS.escape(key)}"]`, form) : $("[data-section=silence]", form)
  row.closest("details").open = true
  const field = $(`[data-missing=${what}]`, row)
  complain(field.dataset.say)
  field.scrollIntoView({ block: "center" })
  field.focus({ preventScroll: true })
}

async function once(task) {
  if (isBusy) return
  isBusy = true
  await task().catch((error) => complain(explain(error)))
  isBusy = false
}

async function seal(body, label) {
  const leave = leaver()
  await now.work.seal(label, body)
  await leave(savedNotice(label))
}
