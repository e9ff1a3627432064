// Is the phone ready for a walk without signal? Fetches what is missing and says so.

import { drain, onProgress } from "../sync/drain.js"
import { counts } from "../sync/outbox.js"
import { fetchPack, pack, readiness } from "../sync/pack.js"
import { $, fill, icon, show } from "./dom.js"
import { clock, dayAndClock } from "./format.js"
import { t } from "./i18n.js"

const AGAIN_AFTER_MS = 10 * 60_000
let fetchedAt = 0

export async function getReady() {
  $("#ready button").onclick = fetchNow
  document.addEventListener("visibilitychange", fetchWhenOld)
  navigator.serviceWorker?.addEventListener("controllerchange", () => paint())
  onProgress(({ state }) => /idle|signed_out/.test(state) && paintSignedOut(state)) // else nobody knows
  await fetchNow()
}

async function fetchWhenOld() {
  if (document.visibilityState === "visible" && Date.now() - fetchedAt > AGAIN_AFTER_MS) await fetchNow()
}

async function fetchNow() {
  fetchedAt = Date.now()
  const known = await pack()
  if (known) await paint()
  else paintBegun()
  const { kind } = await fetchPack(paintProgress)
  await paintSignedOut(kind)
  await paint(kind)
  tellPack()
  if (kind === "answer") drain()
}

function tellPack() {
  dispatchEvent(new CustomEvent("mallops:pack"))
}

// Until the server says who this is, and how much there is to fetch.
function paintBegun() {
  show($("progress", show($("#ready")))).removeAttribute("value")
  say("quiet", "download", t("Getting ready to walk"))
}

function paintProgress({ done, all }) {
  if (done === 0) tellPack() // the list can be read while the forms still come
  const box = show($("#ready"))
  const bar = show($("progress", box), done < all)
  bar.max = Math.max(1, all)
  bar.value = done
  say("quiet", "download", done < all
    ? t("Getting ready to walk: %(done)s of %(all)s", { done, all })
    : t("Almost ready: the browser is keeping the app itself"))
}

async function paint(kind = "answer") {
  const known = await pack()
  const box = show($("#ready"), Boolean(known) || (kind !== "signed_out" && kind !== "answer"))
  show($("progress", box), false)
  const { ready, reason, fetchedAt: at } = await readiness()
  show($("button", box), !ready)
  if (ready) return say("done", "shield-check", t("Ready to walk, %(time)s", { time: clock(at, known.time_zone) }))
  say("late", "triangle-alert", notReady(reason, at, known))
}

function notReady(reason, at, known) {
  if (reason === "old") {
    return t("Not ready: fetched %(time)s, before this shift. Go where there is signal.", {
      time: dayAndClock(at, known.time_zone),
    })
  }
  if (reason === "app") return t("Not ready: this browser has not kept the app yet, so it would not open without signal.")
  if (reason === "forms") return t("Not ready: some checklists are missing. Go where there is signal.")
  return t("Not ready: nothing fetched yet. Go where there is signal.")
}

function say(look, name, text) {
  const box = fill($("#ready"), { text })
  box.dataset.look = look
  $('[data-slot="icon"]', box).replaceChildren(icon(name))
}

async function paintSignedOut(kind) {
  const box = show($("#signed-out"), kind === "signed_out")
  if (box.hidden) return
  $("a", box).onclick = ({ currentTarget: link }) => {
    link.search = new URLSearchParams({ next: `/floor/${location.hash}` }) // back to this view
  }
  const { waiting, colleagues } = await counts()
  const count = waiting + colleagues
  const knows = await pack()
  const text = count
    ? t("Entries waiting on this phone: %(count)s. They are safe, and are sent once somebody signs in.", { count })
    : t("You need the network for this once; after that the phone works without.")
  fill(box, { waiting: text, goOn: knows ? t("You can go on recording meanwhile.") : "" })
}
