// Fetches what is kept for offline use, and refuses everything that is not exactly it.

import { sha256 } from "./hash.js"

// hash: the first digits of the SHA-256 the content must have, in hex; null: unknown.
// loaded: under which address the page may just have loaded the same.
export async function fetchKept(path, hash, loaded = path) {
  if (!hash) return fetched(path, "no-cache")
  const near = await fetched(loaded, "force-cache").catch(() => null)
  if (near && (await isExact(near, hash))) return near
  const fresh = await fetched(path, "reload")
  if (await isExact(fresh, hash)) return fresh
  throw new Error(`${path} is not of this build`)
}

async function fetched(path, cache) {
  const response = await fetch(path, { cache, redirect: "error", credentials: "omit" })
  const isOurs = response.status === 200 && !response.redirected && response.type === "basic"
  if (!isOurs) throw new Error(`${path} answered ${response.status}`)
  return response
}

async function isExact(response, hash) {
  return (await sha256(await response.clone().arrayBuffer())).startsWith(hash)
}
