// One finding: how it stands, what was done to it here, and the steps open to this person.

import { $, $$, show } from "../floor/dom.js"
import { sayHello } from "../floor/due.js"
import { t } from "../floor/i18n.js"
import { latest } from "../floor/latest.js"
import { onChange } from "../sync/outbox.js"
import { pack } from "../sync/pack.js"
import { get, photoBytes } from "../sync/store.js"
import { findings } from "./own.js"
import { allowed } from "./rules.js"
import { closeStep, openStep, unfinished } from "./step.js"
import { placeOf, showFacts, teamOf, titleOf, when, WORDS } from "./words.js"

const view = $("#view-follow")
let shown = null
let photosOf = null

const draw = latest(drawNow)
onChange(draw)
addEventListener("mallops:pack", draw)

export async function open(id) {
  shown = id
  $("#back").href = "#findings"
  await draw()
  if (shown === id) await showUnfinished()
}

export async function close() {
  shown = photosOf = null
  show($("#follow-saved"), false)
  $("#follow-photos").replaceChildren()
  await closeStep()
}

async function drawNow() {
  const known = shown && (await pack())
  if (!known?.findings) return shown && location.replace("#due")
  const finding = (await findings()).find(({ id }) => id === shown)
  if (!shown) return
  sayHello(known)
  show($("#follow-gone"), !finding)
  for (const part of $$("[data-found]", view)) show(part, Boolean(finding))
  $("#follow-desk").href = `/malls/${known.mall}/findings/${encodeURIComponent(shown)}`
  if (finding) drawFinding(finding, known)
}

function drawFinding(finding, known) {
  const { title, text, severity, state, category, team } = finding
  $("#follow-title").textContent = placeOf(known, finding)
  $("#follow-what").textContent = titleOf(finding)
  show($("#follow-text"), Boolean(title && text)).textContent = text
  $("[data-slot=severity]", view).textContent = WORDS.severities[severity]
  showFacts(view, finding, known)
  $("#follow-state").textContent = [WORDS.states[state], WORDS.categories[category], teamOf(known, team)].join(" · ")
  drawLines(finding, known)
  const names = allowed(finding, known.finding_steps, known.person)
  for (const button of $$("[data-step]", view)) {
    show(button, names.includes(button.dataset.step)).onclick = () => openStep(button.dataset.step, finding, known, sayTaken)
  }
  show($("#follow-others"), Boolean($("#follow-others [data-step]:not([hidden])")))
  showPhotos(finding)
}

// Each fact under its name; what there is not is left out.
function drawLines({ opened_by: finder, ...finding }, { time_zone: zone, person }) {
  for (const line of $$("[data-fact]", view)) {
    const { fact } = line.dataset
    const value = /_(at|by|since)$/.test(fact) && finding[fact] ? when(finding[fact], zone) : finding[fact]
    show(line, Boolean(value))
    $("span", line).textContent = fact === "opened_at" ? `${value}, ${finder ?? person.name}` : value
  }
}

async function showUnfinished() {
  const draft = await unfinished(shown)
  if (draft) $(`[data-step=${draft.step}]`, view)?.click()
}

// Said when all else on the view already shows what was done.
async function sayTaken(name) {
  const id = shown
  await draw()
  if (shown !== id) return
  const notice = show($("#follow-saved"))
  notice.textContent = t("Saved on this phone: %(label)s", { label: WORDS.steps[name] })
  notice.focus()
}

// The photos it was reported with, where this phone took them and still has them.
async function showPhotos({ id, item }) {
  if (photosOf === id) return
  photosOf = id
  const entry = await get(item ? id.slice(0, -item.length - 1) : id)
  const body = entry && JSON.parse(entry.body)
  const hashes = (item ? body?.answers[item]?.photos : body?.photos) ?? []
  const bytes = (await Promise.all(hashes.map(photoBytes))).filter(Boolean)
  if (photosOf === id) $("#follow-photos").replaceChildren(...bytes.map(picture))
}

function picture(bytes, at) {
  const src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }))
  const alt = t("Photo %(number)s", { number: at + 1 })
  return Object.assign(new Image(), { src, alt, className: "thumb", onload: () => URL.revokeObjectURL(src) })
}
