// One step of the follow-up: asks only what it needs, keeps it, seals it.

import { $, $$, option, show } from "../floor/dom.js"
import { goTo, read, write } from "../floor/fields.js"
import { inWords } from "../floor/i18n.js"
import { explain } from "../floor/trouble.js"
import { Work } from "../floor/work.js"
import { drafts } from "../sync/drafts.js"
import { OPERATIONS, updateOf } from "./bodies.js"
import { lacking } from "./rules.js"
import { placeOf, WORDS } from "./words.js"

const AT_ONCE = new Set(["start", "acknowledge"]) // nothing to ask
const form = $("#step-form")
let now = null // {name, step, finding, work, taken}
let isBusy = false

form.oninput = ({ target }) => target.name && change(read(form))
form.onsubmit = (event) => {
  event.preventDefault()
  save()
}
$("[data-drop]", form).onclick = async () => {
  await now.work.drop()
  closeForm()
}

const isOf = (finding) => ({ kind, finding: id }) => kind === "finding_update" && id === finding

// The draft of a step that was begun and not saved.
export const unfinished = async (finding) => (await drafts()).find(isOf(finding))

// taken(name): it is on this phone.
export async function openStep(name, finding, known, taken) {
  const fresh = { kind: "finding_update", finding: finding.id, step: name, severity: finding.severity }
  const here = location.hash
  const work = await Work.takeUp(known, (draft) => isOf(finding.id)(draft) && draft.step === name, fresh)
  if (location.hash !== here) return // left meanwhile
  work.draft.seen = finding.state
  now = { name, step: known.finding_steps[name], finding, work, taken }
  if (AT_ONCE.has(name)) await save()
  else showForm(known)
}

function showForm(known) {
  const { name, step, finding, work } = now
  const asked = [...step.needs, name === "fix" && finding.category === "complaint" && "outcome"]
  arrange(true)
  $("h2", form).textContent = $(`[data-step=${name}]`).textContent
  for (const field of $$("[data-need]", form)) show(field, asked.includes(field.dataset.need))
  show($("[data-optional]", form), !asked.includes("text"))
  show($("[data-photo-due]", form), asked.includes("after_photo") && finding.photos > 0)
  offerTeams(known, finding)
  write(form, work.draft)
  work.mountPhotos(form, () => placeOf(known, finding), change)
  complain("")
  $("h2", form).focus()
}

function arrange(isForm) {
  show(form, isForm)
  show($("#follow-steps"), !isForm)
}

function offerTeams({ teams }, { team = OPERATIONS }) {
  const others = [{ code: OPERATIONS, name: WORDS.operations }, ...teams].filter(({ code }) => code !== team)
  const options = others.map(({ code, name }) => option(code, inWords(name)))
  form.elements.team.replaceChildren(form.elements.team.options[0], ...options)
}

function change(parts) {
  now.work.keep(parts, (error) => complain(explain(error)))
  complain("")
}

function complain(message) {
  show($("#step-error"), Boolean(message)).textContent = message
}

async function save() {
  const { step, finding, work } = now
  const [missing] = lacking(step, work.draft, finding)
  if (missing || isBusy) return complain(missing ? goTo(form, missing) : "")
  isBusy = true
  await seal().catch((error) => complain(explain(error)))
  isBusy = false
}

async function seal() {
  const { name, step, finding, work, taken } = now
  const number = finding.number && `#${finding.number}`
  const label = [WORDS.steps[name], number, placeOf(work.known, finding)].filter(Boolean).join(" · ")
  await work.seal(label, updateOf(work.draft, step, new Date().toISOString()))
  if (now?.work !== work) return // left meanwhile: another finding may be open
  closeForm()
  taken(name)
}

function closeForm() {
  now = null
  arrange(false)
}

export async function closeStep() {
  await now?.work.saving
  closeForm()
}
