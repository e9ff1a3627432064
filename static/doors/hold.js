// A long press on a row, by a finger or the mouse's other button.

const HOLD_MS = 500
const SLACK_PX = 10

// held(row) is called once for a press; the click that follows it is swallowed.
export function onHold(list, held) {
  let press = null
  const drop = () => clearTimeout(press?.timer)
  const take = (row) => {
    drop()
    press = { isHeld: true }
    held(row)
  }
  list.addEventListener("pointerdown", ({ target, clientX: x, clientY: y }) => {
    const row = target.closest("[data-no]")
    drop()
    press = row && { x, y, timer: setTimeout(() => take(row), HOLD_MS) }
  })
  list.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (press && Math.hypot(clientX - press.x, clientY - press.y) > SLACK_PX) drop()
  })
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) list.addEventListener(end, drop)
  list.addEventListener("contextmenu", (event) => {
    const row = event.target.closest("[data-no]")
    if (!row) return
    event.preventDefault()
    if (!press?.isHeld) take(row)
  })
  list.addEventListener("click", (event) => press?.isHeld && event.stopPropagation(), true)
}
