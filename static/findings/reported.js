// Said above the view one comes back to, until the next one: the report is on this phone.

import { $, fill, show } from "../floor/dom.js"

const box = $("#reported")
let at = ""

addEventListener("hashchange", () => (location.hash || "#") === at || show(box, false))
$("button", box).addEventListener("click", () => show(box, false))

export function sayReported(label, id, hash) {
  at = hash
  $("a", fill(show(box), { label })).href = `#follow/${id}`
}
