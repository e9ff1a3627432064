// Runs before the page's own scripts, and notes on the page's own clock when what the
// person waits for is drawn.
const DUE = "#view-due:not([hidden]) .list__row, #due-empty:not([hidden])"
const SAVED = "#saved:not([hidden])"
const bench = { ticks: [], due: null, finish: null, saved: null }
window.bench = bench

function onceDrawn(note) {
  requestAnimationFrame(() => setTimeout(note))
}

function look() {
  if (bench.due === null && document.querySelector(DUE)) {
    onceDrawn(() => (bench.due ??= performance.now()))
  }
  if (bench.finish && bench.saved === null && document.querySelector(SAVED)) {
    onceDrawn(() => (bench.saved ??= performance.now()))
  }
}

const anything = { subtree: true, childList: true, attributes: true }
new MutationObserver(look).observe(document, anything)

function noteTap({ target, timeStamp, isTrusted }) {
  if (target.closest("#finish")) Object.assign(bench, { finish: timeStamp, saved: null })
  if (isTrusted && target.closest("input[type=radio]")) {
    onceDrawn(() => bench.ticks.push(performance.now() - timeStamp))
  }
}

addEventListener("click", noteTap, true)
