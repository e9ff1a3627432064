// A name drawn with a finger; kept as a photo of the answer.

import { $, show } from "../floor/dom.js"
import { latest } from "../floor/latest.js"
import { sealed } from "./photos.js"
import { drawOn } from "./strokes.js"

const HEIGHT_PX = 180
const PAPER = "#ffffff"

// `bytes`: a signature drawn before. `kept(bytes or null)`: what is drawn now, after strokes.
// Resolves with a function that resolves once what is drawn now was kept.
export async function mountSignature(item, bytes, kept) {
  const canvas = $("canvas", item)
  fit(canvas)
  if (bytes) await redraw(canvas, bytes)
  let isBlank = !bytes
  const turn = (blank) => show($(".signature__hint", item), (isBlank = blank))
  let keeping = Promise.resolve()
  const press = latest(async () => kept(isBlank ? null : await sealed(copyOf(canvas))))
  const keep = () => (keeping = press())
  drawOn(canvas, { begun: () => turn(false), ended: keep })
  $("[data-clear]", item).addEventListener("click", () => {
    blank(canvas)
    turn(true)
    keep()
  })
  turn(!bytes)
  return () => keeping
}

// As many pixels as the screen has, so that the line is not blurred.
function fit(canvas) {
  const ratio = Math.min(2, Math.max(1, devicePixelRatio))
  canvas.width = Math.max(200, canvas.clientWidth) * ratio
  canvas.height = HEIGHT_PX * ratio
  blank(canvas)
}

function blank(canvas) {
  const pen = canvas.getContext("2d")
  pen.fillStyle = PAPER
  pen.fillRect(0, 0, canvas.width, canvas.height)
}

async function redraw(canvas, bytes) {
  const image = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }))
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
}

function copyOf(canvas) {
  const copy = document.createElement("canvas")
  copy.width = canvas.width
  copy.height = canvas.height
  copy.getContext("2d").drawImage(canvas, 0, 0)
  return copy
}
