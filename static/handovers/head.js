// Whose handover it is, how it stands, and what is still on this phone.

import { when } from "../findings/words.js"
import { $, show, showState } from "../floor/dom.js"
import { clock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { nameOf } from "./sides.js"

const LOOKS = { open: "due", signed: "due", refused: "wrong", sign_again: "late", accepted: "done", reserved: "late", stands: "done" }
const view = $("#view-handover")

export function drawHead(side, { time_zone: zone, server_time: asOf }) {
  const { shift, standing, here, code } = side
  $("#handover-title").textContent = t("Handover of %(shift)s", { shift: nameOf(side) })
  $("#handover-when").textContent = `${shift.day} · ${clock(shift.starts_at, zone)}–${clock(shift.ends_at, zone)}`
  showState(view, LOOKS[standing.state])
  $("[data-slot=state]", view).textContent = standing.state_words
  $("#handover-code").textContent = code
  $("#handover-as-of").textContent = t("As of %(time)s", { time: clock(asOf, zone) })
  $("#handover-who").replaceChildren(...history(side, zone).map(line))
  const news = here && (here.state === "waiting" || side.mode !== "accept") ? hereWords(here, zone) : ""
  show($("#handover-here"), Boolean(news)).textContent = news
  const barred = barredWords(side)
  show($("#handover-barred"), Boolean(barred)).textContent = barred
}

const line = (text) => Object.assign(document.createElement("li"), { textContent: text, dir: "auto" })

function history({ standing, late }, zone) {
  const { signed_by: signer, signed_at: at, by, decided_by: manager, state, reason, decision, early } = standing
  const isRefusal = Boolean(reason)
  return [
    signer && t("Signed by %(name)s, %(time)s", { name: signer.name, time: when(at, zone) }),
    by && !isRefusal && t("Accepted by %(name)s, %(time)s", { name: by.name, time: when(standing.at, zone) }),
    by && isRefusal && t("Refused by %(name)s, %(time)s: %(reason)s", { name: by.name, time: when(standing.at, zone), reason }),
    manager && t("%(name)s decided: %(reason)s", { name: manager.name, reason: decision }),
    state === "open" && early > 0 && t("Accepted already; it waits for the signature."),
    late.entries > 0 && t("%(count)s entries came after the signature.", { count: late.entries }),
  ].filter(Boolean)
}

function hereWords({ kind, state, body, recordedAt }, zone) {
  const time = when(recordedAt, zone)
  const said = kind === "handover_sign" ? t("Signed on this phone, %(time)s.", { time })
    : body.verdict === "refuse" ? t("Refused on this phone, %(time)s.", { time }) : t("Accepted on this phone, %(time)s.", { time })
  return state === "waiting" ? `${said} ${t("It is saved here and goes out where there is signal.")}` : said
}

function barredWords({ hasSigned, hasAccepted, isDone, standing }) {
  if (hasSigned && !isDone) return t("You signed this handover, so somebody else has to accept it.")
  return hasAccepted && standing.state === "open" ? t("You accepted this handover, so somebody else has to sign it.") : ""
}
