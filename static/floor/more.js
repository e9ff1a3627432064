// Who I am, how the app looks, and the way out.

import { chooseLanguage } from "../sync/language.js"
import { counts } from "../sync/outbox.js"
import { fetchPack, pack } from "../sync/pack.js"
import { whoami } from "../sync/session.js"
import { sides } from "../handovers/sides.js"
import { $, $$, show } from "./dom.js"
import { sayHello } from "./due.js"
import { inWords, t } from "./i18n.js"
import { showOnDuty } from "./on-duty.js"
import { askToLeave } from "./sign-out.js"

const THEME = "mallops-theme"
const theme = $("#theme")
const languages = $("#languages")

theme.addEventListener("change", ({ target }) => choose(target.value))
languages.addEventListener("change", ({ target }) => speak(target.value))

export async function open() {
  const [me, known, { waiting, refused }] = [await whoami(), await pack(), await counts()]
  sayHello(known)
  $("#me-name").textContent = me?.name ?? t("Nobody is signed in")
  const role = $("#me-role")
  role.textContent = me ? [role.dataset[me.role], inWords(known?.mall_name)].filter(Boolean).join(" · ") : ""
  showOnDuty(known)
  const { outgoing, incoming } = known ? await sides(known) : {}
  show($("#more-handover"), Boolean(outgoing ?? incoming))
  const count = waiting + refused
  $("#more-outbox").textContent = count ? t("%(count)s on this phone", { count }) : t("nothing waits")
  show($("#sign-out"), Boolean(me)).onclick = askToLeave
  show($("#more-log"), Boolean(known))
  for (const link of $$("[data-desk]")) link.href = `/malls/${known?.mall}/${link.dataset.desk}/`
  const unsigned = known?.to_countersign ?? null
  $("b", show($("#more-countersign"), unsigned !== null)).textContent = unsigned
  $(`[value="${localStorage.getItem(THEME) ?? "auto"}"]`, theme).checked = true
  $(`[value="${document.documentElement.lang}"]`, languages).checked = true
}

function choose(value) {
  if (value === "auto") {
    localStorage.removeItem(THEME)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(THEME, value)
    document.documentElement.dataset.theme = value
  }
}

// The shell and the forms exist once per language: fetch them, then start anew.
async function speak(code) {
  await chooseLanguage(code)
  await fetchPack()
  location.reload()
}
