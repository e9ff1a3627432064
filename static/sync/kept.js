// Fetches what is kept for offline use, and refuses everything that is not exactly it.

import { sha256 } from "./hash.js"

// hash: the first digits of the SHA-256 the content must have, in hex; null: unknown.
export async function fetchKept(path, hash) {
  const response = await fetch(path, { cache: "reload", redirect: "error", credentials: "omit" })
  const isOurs = response.status === 200 && !response.redirected && response.type === "basic"
  if (!isOurs) throw new Error(`${path} answered ${response.status}`)
  if (hash && !(await sha256(await response.clone().arrayBuffer())).startsWith(hash)) {
    throw new Error(`${path} is not of this build`)
  }
  return response
}
