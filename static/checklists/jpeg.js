// Whether a JPEG is all there. A browser draws the half of one that it got and says nothing. Pure.

const [START, END, SCAN] = [0xd8, 0xd9, 0xda]
const isAlone = (marker) => marker === 1 || (marker >= 0xd0 && marker <= 0xd7) // no length follows

// bytes: Uint8Array. Segment by segment, so that the end of a small picture inside counts for
// nothing; what a camera adds after the end does no harm. Of other formats nothing is said.
export function isCut(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== START) return false
  let at = 2
  while (at < bytes.length) {
    at = nextMarker(bytes, at)
    const marker = bytes[at++]
    if (marker === END) return false
    if (!isAlone(marker)) at += (bytes[at] << 8) | bytes[at + 1]
    if (marker === SCAN) at = scanEnd(bytes, at)
  }
  return true
}

// Where the code of the next marker is; more than one 0xff may stand before it.
function nextMarker(bytes, from) {
  let at = from
  while (at < bytes.length && bytes[at] !== 0xff) at++
  while (bytes[at] === 0xff) at++
  return at
}

// Picture data: in it 0xff is followed by 0 or stands for a restart.
function scanEnd(bytes, from) {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && (bytes[at + 1] === 0 || isAlone(bytes[at + 1]))) at = bytes.indexOf(0xff, at + 2)
  return at < 0 ? bytes.length : at
}
