// Whether a JPEG is all there. A browser draws the half of one that it got and says nothing. Pure.

const isAlone = (marker) => marker < 2 || marker >> 3 === 0xd0 >> 3 // or a 0xff of the picture itself

// bytes: Uint8Array. Segment by segment, so that the end of a small picture inside counts for
// nothing; what a camera adds after the end does no harm. Of other formats nothing is said.
export function isCut(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false
  let at = 2
  while ((at = bytes.indexOf(0xff, at) + 1)) {
    const marker = bytes[at]
    if (marker === 0xd9) return false
    if (isAlone(marker)) at++
    else if (marker !== 0xff) at += 1 + ((bytes[at + 1] << 8) | bytes[at + 2]) // its length comes next
  }
  return true
}
