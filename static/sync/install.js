// Who this browser is, and new ids for what is recorded on it.

import { outboxDb } from "./db.js"

// A UUIDv7: ids sort by the time they were made.
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | (bytes[6] & 0x0f)
  bytes[8] = 0x80 | (bytes[8] & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

// Made once per browser profile and kept with the outbox.
export async function installId() {
  const db = await outboxDb()
  return (await db.get("meta", "install")) ?? introduce(db)
}

// In one transaction, so that two pages that start together agree.
async function introduce(db) {
  const tx = db.transaction("meta", "readwrite")
  const id = (await tx.store.get("install")) ?? newId()
  await tx.store.put(id, "install")
  await tx.done
  return id
}
