// Strokes of one finger, pen or mouse on a canvas, as smooth as the pointer reports them.

const INK = "#16202a"
const WIDTH = 1 / 75 // of the canvas's height: about 2.4 px of 180

// begun(), ended(): of every stroke. A second finger meanwhile is the hand that rests.
export function drawOn(canvas, { begun, ended }) {
  let stroke = null
  const mine = ({ pointerId }) => stroke?.pointerId === pointerId

  canvas.addEventListener("pointerdown", (event) => {
    if (stroke || event.button > 0) return
    canvas.setPointerCapture(event.pointerId) // a stroke may leave the paper and come back
    stroke = startedAt(canvas, event)
    begun()
  })
  canvas.addEventListener("pointermove", (event) => {
    if (!mine(event)) return
    const passed = event.getCoalescedEvents?.() ?? [] // more points than frames
    for (const one of passed.length ? passed : [event]) lead(stroke, one)
  })
  canvas.addEventListener("pointerup", (event) => mine(event) && lead(stroke, event))
  for (const type of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(type, (event) => {
      if (!mine(event)) return
      stroke = null
      ended()
    })
  }
  // An iPad's pencil writes words otherwise, instead of drawing.
  canvas.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false })
}

function startedAt(canvas, event) {
  const pen = canvas.getContext("2d")
  Object.assign(pen, { strokeStyle: INK, lineWidth: canvas.height * WIDTH, lineCap: "round" })
  const stroke = { pen, canvas, pointerId: event.pointerId }
  stroke.last = stroke.middle = pointOf(stroke, event)
  lead(stroke, event) // a dot
  return stroke
}

// A curve from the middle of the last piece to the middle of this one: no corners.
function lead(stroke, event) {
  const { pen, last, middle } = stroke
  const point = pointOf(stroke, event)
  const next = { x: (last.x + point.x) / 2, y: (last.y + point.y) / 2 }
  pen.beginPath()
  pen.moveTo(middle.x, middle.y)
  pen.quadraticCurveTo(last.x, last.y, next.x + 0.1, next.y) // a dot has a length too
  pen.stroke()
  Object.assign(stroke, { last: point, middle: next })
}

// In pixels of the canvas, also where the page has stretched it since.
function pointOf({ canvas }, { clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect()
  return { x: ((clientX - left) / width) * canvas.width, y: ((clientY - top) / height) * canvas.height }
}
