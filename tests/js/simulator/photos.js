// Small photos, each with a hash of its own: one pixel, and a number in a comment.

import { createHash } from "node:crypto"

const PIXEL = Buffer.from(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////" +
    "////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI" +
    "AQEAAD8AP//Z",
  "base64",
)

// {sha256, bytes: ArrayBuffer}, as the forms hand photos to the outbox.
export function photo(number) {
  const jpeg = Buffer.concat([PIXEL.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 3, number]), PIXEL.subarray(2)])
  return { sha256: createHash("sha256").update(jpeg).digest("hex"), bytes: new Uint8Array(jpeg).buffer }
}
