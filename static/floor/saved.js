// What comes after saving: the notice that says so, and the way on.

import { $, drawn, show } from "./dom.js"
import { t } from "./i18n.js"

const outlives = new Map() // notice → changes of view that it still stays for

addEventListener("hashchange", () => {
  for (const [notice, views] of outlives) {
    outlives.set(notice, views - 1)
    show(notice, views > 0 && !notice.hidden)
  }
})

// Called as saving begins. The function it returns shows the notice and goes on; but whoever
// opened another view meanwhile, while a slow phone was writing, stays there.
export function leaver() {
  const here = location.hash
  return async (notice, to = "#due") => {
    show(notice)
    await drawn() // first, because drawing the view one comes to takes a slow phone longer
    const isHere = location.hash === here
    outlives.set(notice, isHere ? 1 : 0)
    if (isHere) location.replace(to)
  }
}

export function savedNotice(label, isStopped) {
  const notice = $("#saved")
  notice.textContent = isStopped
    ? t("Stopped early. Saved on this phone: %(label)s", { label })
    : t("Saved on this phone: %(label)s", { label })
  return notice
}
