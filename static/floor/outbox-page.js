// What this phone holds for the server: what waits, since when, what came back and why.

import { onProgress } from "../sync/drain.js"
import { counts, exportTray, importTray, onChange, received, refused, retryRefused, room, waiting } from "../sync/outbox.js"
import { pack } from "../sync/pack.js"
import { sendNow } from "../sync/triggers.js"
import { lastProgress } from "./chip.js"
import { $, copyOf, show, showState } from "./dom.js"
import { sayHello } from "./due.js"
import { dayAndClock } from "./format.js"
import { inWords, t } from "./i18n.js"
import { latest } from "./latest.js"
import { why } from "./trouble.js"

const MOST_SHOWN = 30 // of each: a morning of door taps is hundreds
const MB = 1e6
const GB = 1e9
let isOpen = false

const draw = latest(drawNow)
onChange(draw)
onProgress(draw)
$("#send-now").addEventListener("click", sendNow)
$("#export").addEventListener("click", saveTray)
$("#import").addEventListener("change", takeIn)

export async function open() {
  isOpen = true
  sayHello(await pack())
  $("#import-result").textContent = ""
  await draw()
  await drawRoom()
}

export function close() {
  isOpen = false
}

async function drawNow() {
  if (!isOpen) return
  const zone = (await pack())?.time_zone
  const [mine, tray, kept, all] = [await waiting(), await refused(), await received(), await counts()]
  drawState(all.waiting, zone)
  const shown = [mine, kept].map((entries) => entries.reverse().slice(0, MOST_SHOWN)).flat()
  $("#outbox-list").replaceChildren(...shown.map((entry) => row(entry, zone)))
  const more = all.waiting + all.received + all.held - shown.length
  show($("#outbox-rest"), more > 0).textContent = t("Older ones, not shown here: %(count)s", { count: more })
  show($("#outbox-empty"), !shown.length)
  $("#outbox-refused ul").replaceChildren(...tray.map((entry) => row(entry, zone)))
  show($("#outbox-refused"), tray.length > 0)
  show($("#export"), all.waiting + all.refused > 0)
  show($("#outbox-colleagues"), all.colleagues > 0).textContent = t(
    "Entries of a colleague waiting here: %(count)s. Their content stays hidden; your connection carries them.", { count: all.colleagues },
  )
}

function drawState(count, zone) {
  const { state, done, all, since } = lastProgress()
  const isSending = state === "sending" && all > 0
  const bar = show($("#outbox-progress"), isSending)
  Object.assign(bar, { max: Math.max(1, all), value: done })
  show($("#outbox-state")).textContent = [
    count ? t("%(count)s saved on this phone, not sent yet.", { count }) : t("Nothing waits on this phone."),
    count && since ? t("The oldest since %(time)s.", { time: dayAndClock(since, zone) }) : "",
    isSending ? t("Sending %(done)s/%(all)s", { done, all }) : hintFor(state, count),
  ].filter(Boolean).join(" ")
  $("#outbox-state").className = `notice notice--${count ? "waiting" : "done"}`
  show($("#send-now"), count > 0)
}

function hintFor(state, count) {
  const hints = {
    offline: t("No connection to the server now; it tries again by itself."),
    signed_out: t("You are signed out: sign in again and it goes on."),
    portal: t("This network wants you to sign in to it first (open any page in the browser)."),
    busy: t("The server is busy; it tries again by itself."),
    forbidden: t("Your account may not send from here. Ask your supervisor."),
    other_mall: t("These belong to another mall. Sign in with the account of that mall."),
  }
  return count ? hints[state] : ""
}

function row(entry, zone) {
  const state = entry.state === "refused" ? "wrong" : entry.state === "received" ? "done" : "waiting"
  const copy = copyOf("outbox-row", { what: inWords(entry.label), word: wordFor(entry), detail: detailOf(entry, zone) })
  showState(copy, state)
  const retry = show($("[data-retry]", copy), entry.state === "refused")
  retry.addEventListener("click", () => retryRefused(entry.id))
  return copy
}

function wordFor({ state, receipt }) {
  if (state === "refused") return t("Not taken")
  if (state === "waiting") return t("Saved here")
  return receipt?.held ? t("With the supervisor") : t("On the server")
}

function detailOf({ recordedAt, photos, reason }, zone) {
  const time = dayAndClock(recordedAt, zone)
  const facts = photos.length ? t("%(time)s · photos: %(count)s", { time, count: photos.length }) : time
  return reason ? `${facts} – ${why(reason)}` : facts
}

async function drawRoom() {
  const { free, persisted } = await room()
  $("#room").textContent = t("Room left on this phone: about %(free)s", { free: inBytes(free) })
  $("#persisted").textContent = persisted
    ? t("The browser keeps this data until it is sent.")
    : t("The browser may clear this data when space runs short. Put MallOps on the home screen to protect it.")
}

function inBytes(size) {
  const [unit, by] = size < GB ? ["megabyte", MB] : ["gigabyte", GB]
  const shape = { style: "unit", unit, maximumSignificantDigits: 2 }
  return (size / by).toLocaleString(document.documentElement.lang, shape)
}

async function saveTray() {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(await exportTray())
  link.download = `mallops-${new Date().toISOString().slice(0, 16).replaceAll(":", "")}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

async function takeIn({ target }) {
  const [file] = target.files
  if (!file) return
  const say = (text) => ($("#import-result").textContent = text)
  await importTray(file).then(
    (count) => say(t("Entries taken in: %(count)s", { count })),
    () => say(t("This is not a file of a MallOps outbox, or not a whole one.")),
  )
  target.value = ""
}
