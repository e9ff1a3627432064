// The work list: open findings by urgency, mine, my team's or all, also without network.

import { $, copyOf, show } from "../floor/dom.js"
import { sayHello } from "../floor/due.js"
import { clock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { latest } from "../floor/latest.js"
import { toDeliver } from "../notices/rules.js"
import { onChange } from "../sync/outbox.js"
import { fetchPack, pack } from "../sync/pack.js"
import { findings, ownEntries } from "./own.js"
import { listed, LISTS } from "./rules.js"
import { placeOf, showFacts, teamOf, titleOf, WORDS } from "./words.js"

const AGAIN_MS = 30_000
const FRESH_MS = 60_000
const AT_ONCE = 60 // rows; three hundred would keep a slow phone busy
const CHOSEN = "mallops-findings"
const lists = $("#findings-lists")
let isOpen = false
let fetchedAt = 0
let most = AT_ONCE

const draw = latest(drawNow)
onChange(draw)
addEventListener("mallops:pack", draw)
setInterval(draw, AGAIN_MS)
$("#findings-more").onclick = () => drawUpTo(Infinity)
$("#findings-fetch").onclick = () => refresh(0)
lists.onchange = ({ target }) => {
  localStorage.setItem(CHOSEN, target.value)
  drawUpTo(AT_ONCE)
}

export async function open() {
  isOpen = true
  await draw()
  refresh(FRESH_MS)
}

export function close() {
  isOpen = false
}

function drawUpTo(count) {
  most = count
  draw()
}

// What others did meanwhile, where there is signal.
async function refresh(age) {
  if (Date.now() - fetchedAt < age) return
  fetchedAt = Date.now()
  $("#findings-fetch").setAttribute("aria-busy", "true")
  await fetchPack()
  $("#findings-fetch").removeAttribute("aria-busy")
  dispatchEvent(new CustomEvent("mallops:pack"))
}

async function drawNow() {
  const known = isOpen && (await pack())
  const found = known?.findings && (await findings())
  if (!isOpen) return // left meanwhile: the header belongs to another view
  show($("#view-findings"), Boolean(found))
  if (!found) return
  sayHello(known)
  const { person } = known
  const chosen = localStorage.getItem(CHOSEN) ?? (person.role === "team" ? "team" : "all")
  for (const name of Object.keys(LISTS)) {
    const rows = listed(found, name, person, Date.now())
    const input = $(`[value=${name}]`, lists)
    input.checked = name === chosen
    $("b", input.parentElement).textContent = rows.length
    if (input.checked) drawRows(rows, known)
  }
  const notices = toDeliver(known.notices, await ownEntries("notice_delivery")).length
  $("b", show($("#findings-notices"), notices > 0)).textContent = notices
  show($("#findings-empty"), !$("#findings-list").firstChild).textContent = WORDS.empty[chosen]
  $("#findings-as-of").textContent = t("As of %(time)s", { time: clock(known.server_time, known.time_zone) })
}

function drawRows(rows, known) {
  const list = $("#findings-list")
  const focused = list.contains(document.activeElement) && document.activeElement.hash
  list.replaceChildren(...rows.slice(0, most).map((one) => row(one, known)))
  if (focused) $(`[href="${CSS.escape(focused)}"]`, list)?.focus()
  const rest = rows.length - most
  show($("#findings-more"), rest > 0).textContent = t("Show %(count)s more", { count: rest })
}

function row(finding, known) {
  const { id, severity, number, state, team, fix_by: limit } = finding
  const facts = [number && `#${number}`, limit && WORDS.states[state], teamOf(known, team)].filter(Boolean).join(" · ")
  const item = copyOf("finding-row", { where: placeOf(known, finding), what: titleOf(finding), severity, facts })
  showFacts(item, finding, known)
  $("a", item).href = `#follow/${encodeURIComponent(id)}`
  return item
}
