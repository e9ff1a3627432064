// A name drawn with a finger; kept as a photo of the answer.

import { $, show } from "../floor/dom.js"
import { sealed } from "./photos.js"

const HEIGHT_PX = 180
const PAPER = "#ffffff"
const INK = "#16202a"

// `bytes`: a signature drawn before. `kept(bytes or null)` after every stroke.
export async function mountSignature(item, bytes, kept) {
  const { default: SignaturePad } = await import("../vendor/signature_pad@5.1.4/signature_pad.min.js")
  const canvas = $("canvas", item)
  fit(canvas)
  const pad = new SignaturePad(canvas, { backgroundColor: PAPER, penColor: INK })
  if (bytes) await redraw(canvas, bytes)
  hint(item, !bytes)
  pad.addEventListener("beginStroke", () => hint(item, false))
  pad.addEventListener("endStroke", async () => kept(await sealed(copyOf(canvas))))
  $("[data-clear]", item).addEventListener("click", () => {
    pad.clear()
    hint(item, true)
    kept(null)
  })
}

function hint(item, visible) {
  show($(".signature__hint", item), visible)
}

// As many pixels as the screen has, so that the line is not blurred.
function fit(canvas) {
  const ratio = Math.min(2, Math.max(1, devicePixelRatio))
  canvas.width = Math.max(200, canvas.clientWidth) * ratio
  canvas.height = HEIGHT_PX * ratio
  canvas.getContext("2d").scale(ratio, ratio)
}

async function redraw(canvas, bytes) {
  const image = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }))
  const pen = canvas.getContext("2d")
  pen.save()
  pen.resetTransform()
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  pen.restore()
}

function copyOf(canvas) {
  const copy = document.createElement("canvas")
  copy.width = canvas.width
  copy.height = canvas.height
  copy.getContext("2d").drawImage(canvas, 0, 0)
  return copy
}
