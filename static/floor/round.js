// The view of one checklist: loads its form, keeps its draft, seals it.

import { ChecklistForm } from "../checklists/form.js"
import { knownFor } from "../checklists/known.js"
import { sayMissing } from "../checklists/verdicts.js"
import { offerStillOpen } from "../findings/still-open.js"
import { enter } from "../handovers/gate.js"
import { photosOf, removeDraft, saveDraft, savePhoto } from "../sync/drafts.js"
import { pack } from "../sync/pack.js"
import { askReason } from "./abort.js"
import { $, drawn, show } from "./dom.js"
import { labelOf, FIND } from "./draft.js"
import { loadFragment } from "./fragment.js"
import { clock } from "./format.js"
import { inWords, t } from "./i18n.js"
import { photoLine } from "./photo-line.js"
import { paintHead } from "./round-head.js"
import { leaver, savedNotice } from "./saved.js"
import { sealInspection } from "./seal-inspection.js"
import { explain } from "./trouble.js"

let draft = null
let form = null
let photos = new Map()
let saving = Promise.resolve()
let isBusy = false

export async function open(argument, name) {
  const known = await pack()
  draft = await FIND[name](argument, known)
  if (!draft) return location.replace("#due")
  say(null)
  photos = new Map((await photosOf(draft.id)).map(({ sha256, bytes }) => [sha256, bytes]))
  paintHead(draft, known)
  const keepOpen = async () => Object.assign(draft, await saveDraft(draft)) // a reload finds it begun
  const round = { name: inWords(labelOf(draft)), isBegun: draft.savedAt, keepOpen }
  await enter(known, round, $("#form"), () => loadForm(known))
}

export async function close() {
  removeEventListener("scroll", rememberScroll)
  await saving
  draft = form = null
  show($("#actions"), false)
  const left = $("#checklist") // by then another one may be there
  drawn().then(() => left?.remove()) // taking it apart takes a while
}

async function loadForm(known) {
  const retry = show($("#form-missing"), false)
  $("button", retry).onclick = () => loadForm(known)
  const mine = draft
  const isHere = await loadFragment(`${draft.form}/${document.documentElement.lang}`, $("#form"))
  if (draft !== mine) return // left again while it was on its way
  const element = $("#checklist")
  if (!isHere || !element) return show(retry)
  const facts = await knownFor(known, draft, element)
  if (draft !== mine) return
  form = new ChecklistForm(element, draft, facts, keeper(known))
  await offerStillOpen(form, known)
  if (draft !== mine) return
  show($("#actions"))
  $("#next-open").onclick = () => form.goTo(form.nextOpen())
  $("#finish").onclick = () => finish()
  $("#abort-open").onclick = async () => finish(await askReason())
  paintProgress()
  scrollTo(0, draft.scroll)
  drawn().then(() => element.classList.add("checklist--measured")) // what is off the screen is left out now
  addEventListener("scroll", rememberScroll, { passive: true })
}

// What the form needs from outside; every change is on its way to storage at once.
function keeper(known) {
  return {
    changed: () => {
      if (!form) return // a field that lets go of its focus while the form is put away
      say(null)
      save()
      paintProgress()
    },
    line: () => photoLine(known, inWords(draft.placeName)),
    clock: () => clock(Date.now(), draft.timeZone),
    photo: (sha256) => photos.get(sha256),
    keep: async (bytes, item) => {
      const sha256 = await savePhoto(draft.id, bytes, { item })
      photos.set(sha256, bytes)
      return sha256
    },
  }
}

function save() {
  const kept = structuredClone(draft)
  saving = saving.then(() => saveDraft(kept)).catch((error) => say(explain(error)))
  const here = `#draft/${draft.id}` // a reload finds it again
  if (!draft.round && location.hash !== here) history.replaceState(null, "", here)
}

let resting = 0
function rememberScroll() {
  clearTimeout(resting)
  resting = setTimeout(() => {
    if (!draft || !draft.at || isBusy) return
    draft.scroll = Math.round(scrollY)
    save()
  }, 300)
}

function paintProgress() {
  const { answered, all } = form.progress()
  Object.assign($("#progress"), { max: Math.max(1, all), value: answered })
  const open = form.missing().length
  $("span", show($("#next-open"), open > 0)).textContent = t("%(count)s open", { count: open })
}

function say(text) {
  show($("#finish-message"), Boolean(text)).textContent = text ?? ""
}

// One entry however often it is tapped: busy here, and sealed under the draft's own id.
async function finish(aborted) {
  if (isBusy || !draft || aborted === null) return
  isBusy = true
  try {
    if (aborted || !stopAtOpen()) await sealDraft(aborted)
  } catch (error) {
    say(explain(error))
  } finally {
    isBusy = false
  }
}

function stopAtOpen() {
  const open = form.missing()
  if (!open.length) return false
  form.goTo(open[0].code)
  const values = { count: open.length, what: sayMissing(form) }
  say(t("%(count)s still open: %(what)s. Fill it in, or stop the round with a reason.", values))
  return true
}

async function sealDraft(aborted) {
  const [mine, leave] = [draft, leaver()]
  await saving
  await sealInspection({ ...mine, aborted }, form.definition, photos)
  draft = form = null
  await leave(savedNotice(inWords(labelOf(mine)), aborted))
  drawn().then(() => removeDraft(mine.id)) // what is sealed is not offered again meanwhile
}
