// The last tap, or the last zone at once: said at the thumb, and taken back there.

import { $, show } from "../floor/dom.js"
import { t } from "../floor/i18n.js"
import { WORDS, lookWords } from "./words.js"

const bar = $("#doors-last")
let last = [] // [{no, id}]

export const lastTaps = () => last
export const rememberTaps = (taps) => (last = taps)

export function onUndo(undo) {
  $("button", bar).onclick = undo
}

export function sayLast(board) {
  const [first, ...others] = last
  const look = first && board.looks.get(first.no)?.find(({ id }) => id === first.id)
  show(bar, Boolean(look))
  if (!look) return
  $("p", bar).textContent = others.length
    ? t("%(count)s shops: %(what)s", { count: others.length + 1, what: WORDS.statuses[look.status] })
    : `${first.no} · ${lookWords(look, board.known)}`
}
