// A photo as it will be sent: upright, at most 1600 px, about 250 kB, nothing but pixels.

import { isCut } from "./jpeg.js"

const LONGEST_PX = 1600
const WANTED_BYTES = 250_000
const QUALITIES = [0.82, 0.7, 0.58, 0.46]

// Not an image this browser can open, or only half of one (the file's fault): "cut".
export class UnreadablePhoto extends Error {}

// The bytes (ArrayBuffer); `line` is burnt into the lower edge when given.
export async function shrink(file, line) {
  if (isCut(new Uint8Array(await file.arrayBuffer()))) throw new UnreadablePhoto("cut")
  const image = await open(file)
  const canvas = drawn(image, line)
  image.close?.()
  return sealed(canvas)
}

export async function sealed(canvas) {
  const blob = await smallEnough(canvas)
  canvas.width = canvas.height = 0 // iOS keeps the memory of a canvas otherwise
  return blob.arrayBuffer()
}

async function open(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" })
  } catch {
    return openAsElement(file)
  }
}

// Some browsers open a format as an image element only (HEIC in Safari).
async function openAsElement(file) {
  const image = new Image()
  image.src = URL.createObjectURL(file)
  try {
    await image.decode()
    return image
  } catch (cause) {
    throw new UnreadablePhoto(file.type, { cause })
  } finally {
    URL.revokeObjectURL(image.src)
  }
}

function drawn(image, line) {
  const scale = Math.min(1, LONGEST_PX / Math.max(image.width, image.height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const pen = canvas.getContext("2d")
  pen.fillStyle = "#fff" // a transparent drawing has no paper of its own
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  if (line) burnIn(pen, canvas, line)
  return canvas
}

function burnIn(pen, { width, height }, line) {
  const size = Math.max(12, Math.round(Math.max(width, height) / 50))
  pen.font = `600 ${size}px system-ui, sans-serif`
  pen.fillStyle = "rgb(0 0 0 / 60%)"
  pen.fillRect(0, height - size * 2, width, size * 2)
  pen.fillStyle = "#fff"
  pen.textBaseline = "middle"
  pen.fillText(line, size * 0.75, height - size, width - size * 1.5)
}

async function smallEnough(canvas) {
  let blob
  for (const quality of QUALITIES) {
    blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality))
    if (!blob) throw new UnreadablePhoto("canvas")
    if (blob.size <= WANTED_BYTES) break
  }
  return blob
}
