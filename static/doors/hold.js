// A long press on a row, by a finger or the mouse's other button.

const HOLD_MS = 500
const SLACK_PX = 10
const CLICK_MS = 400 // so late a release may still become a click

// held(row) is called once for a press. The click of its release is swallowed wherever it
// lands: by then another view may lie under the finger.
export function onHold(list, held) {
  let press = null
  const drop = () => clearTimeout(press?.timer)
  const take = (row) => {
    drop()
    press = { isHeld: true }
    held(row)
  }
  const end = ({ timeStamp }) => {
    drop()
    if (press) press.until = timeStamp + CLICK_MS
  }
  document.addEventListener("pointerdown", () => (press = drop()), true)
  list.addEventListener("pointerdown", ({ target, clientX: x, clientY: y }) => {
    const row = target.closest("[data-no]")
    press = row && { x, y, timer: setTimeout(() => take(row), HOLD_MS) }
  })
  document.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (press && Math.hypot(clientX - press.x, clientY - press.y) > SLACK_PX) drop()
  })
  for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, end, true)
  list.addEventListener("contextmenu", (event) => {
    const row = event.target.closest("[data-no]")
    if (!row) return
    event.preventDefault()
    if (!press?.isHeld) take(row)
  })
  const swallow = (event) => {
    if (!press?.isHeld || event.timeStamp > press.until) return
    event.preventDefault()
    event.stopPropagation()
  }
  for (const type of ["mousedown", "click"]) document.addEventListener(type, swallow, true) // the first gives focus
}
