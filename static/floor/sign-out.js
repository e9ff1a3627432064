// Leaves the phone to the next person: ends the session, forgets the walk pack and drafts.

import { drafts } from "../sync/drafts.js"
import { installId } from "../sync/install.js"
import { counts } from "../sync/outbox.js"
import { forgetPerson } from "../sync/session.js"
import { $, show } from "./dom.js"

export async function askToLeave() {
  const dialog = $("#leave")
  const [{ waiting, refused }, unfinished] = await Promise.all([counts(), drafts()])
  warn($("[data-waiting]", dialog), "waiting", waiting + refused)
  warn($("[data-drafts]", dialog), "drafts", unfinished.length)
  show($("[role=alert]", dialog), false)
  $("[data-leave]", dialog).onclick = () => leave(dialog)
  dialog.showModal()
}

function warn(line, about, count) {
  show(line, count > 0).textContent = line.dataset[about].replace("{count}", count)
}

async function leave(dialog) {
  const isOut = await endSession().catch(() => false)
  if (!isOut) return show($("[role=alert]", dialog))
  await forgetPerson()
  location.assign("/sign-in?next=/floor/")
}

// The app's own page names nobody and holds no form token: a signed-in page lends one.
async function endSession() {
  const page = await fetch("/me/", { cache: "no-store" })
  if (page.redirected) return true // nobody is signed in any more
  const text = new DOMParser().parseFromString(await page.text(), "text/html")
  const token = $("[name=csrf_token]", text)?.value
  if (!token) return false
  const body = new URLSearchParams({ csrf_token: token, install: await installId() })
  const answer = await fetch("/sign-out", { method: "POST", body })
  return answer.ok
}
