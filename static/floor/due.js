// What is due now, first thing on screen; done and waiting at once from the outbox.

import { doorLine } from "../doors/due-line.js"
import { drawHandoverCard } from "../handovers/card.js"
import { drafts } from "../sync/drafts.js"
import { onChange, received, refused, waiting } from "../sync/outbox.js"
import { pack } from "../sync/pack.js"
import { $, copyOf, option, show } from "./dom.js"
import { drawGroups, rowElement } from "./due-list.js"
import { placed } from "./due-rules.js"
import { draftRow, groupsOf } from "./due-words.js"
import { clock } from "./format.js"
import { inWords, t } from "./i18n.js"
import { latest } from "./latest.js"
import { findSpot } from "./spots.js"
import { offerStart } from "./start.js"

const AGAIN_MS = 30_000
const FLOOR = "mallops-floor"
let isOpen = false

const draw = latest(drawNow)
onChange(draw)
addEventListener("mallops:pack", draw)
setInterval(draw, AGAIN_MS)

export async function open() {
  isOpen = true
  $("#floors select").onchange = ({ target }) => {
    localStorage.setItem(FLOOR, target.value)
    draw()
  }
  await draw()
}

export function close() {
  isOpen = false
  $("#start").open = false
}

export function sayHello(known) {
  $("#title").textContent = known ? inWords(known.mall_name) : "MallOps"
  $("#subtitle").textContent = known ? known.person.name : ""
  show($("#bar [data-view~=doors]"), Boolean(known?.doors))
}

async function drawNow() {
  const known = isOpen && (await pack())
  if (!isOpen) return // left meanwhile: the header belongs to another view
  show($("#view-due"), Boolean(known))
  if (!known) return
  sayHello(known)
  offerStart(known)
  offerFloors(known)
  await drawHandoverCard(known)
  const [unfinished, states, doors] = await Promise.all([drafts(), mine(), doorLine(known, Date.now())])
  const begun = new Map(unfinished.map(({ round, startedAt }) => [round, startedAt]))
  const rounds = placed(known.rounds, states, Date.now(), begun).filter(({ place }) => isHere(known, place))
  drawGroups($("#due-list"), groupsOf(rounds, known, begun, doors))
  drawDrafts(unfinished.filter(({ round, kind }) => !round && kind === "inspection"), known)
  sayWhenQuiet([...rounds, ...doors], known)
}

function sayWhenQuiet(rounds, { time_zone: zone }) {
  const next = rounds.filter(({ bucket }) => bucket === "later" || bucket === "next").sort(byOpening)[0]
  const isQuiet = !rounds.some(({ bucket }) => bucket === "now")
  show($("#due-empty"), isQuiet).textContent = next
    ? t("Nothing is due right now. The next round starts at %(time)s.", { time: clock(next.opens_at, zone) })
    : t("Nothing is due now. Rounds appear here; you can start any checklist below.")
}

const byOpening = (a, b) => Date.parse(a.opens_at) - Date.parse(b.opens_at)

async function mine() {
  const entries = (await Promise.all([received, waiting, refused].map((of) => of("inspection")))).flat()
  return Object.fromEntries(entries.filter(({ round }) => round).map(({ round, state }) => [round, state]))
}

function offerFloors({ rounds, ...known }) {
  const select = $("#floors select")
  const floors = new Set(rounds.map(({ place }) => findSpot(known, place)?.floor).filter(Boolean))
  show($("#floors"), floors.size > 1)
  if (select.options.length === floors.size + 1) return
  const chosen = localStorage.getItem(FLOOR) ?? ""
  select.replaceChildren(select.options[0], ...[...floors].sort().map((floor) => option(floor, floor)))
  select.value = floors.has(chosen) ? chosen : ""
}

function isHere(known, place) {
  const floor = $("#floors select").value
  return !floor || findSpot(known, place)?.floor === floor
}

function drawDrafts(unfinished, known) {
  const group = copyOf("due-group", { title: t("Not finished yet") })
  $("ul", group).append(...unfinished.map((draft) => rowElement(draftRow(draft, known))))
  $("#drafts").replaceChildren(...(unfinished.length ? [group] : []))
}
