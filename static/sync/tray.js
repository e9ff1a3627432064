// The person's unsent work as a file, and such a file back: for a phone that cannot
// sign in any more. Ids, numbers and binding stay, so nothing is stored twice.

import { announce } from "./channel.js"
import { outboxDb } from "./db.js"
import { sha256 } from "./hash.js"
import { whoami } from "./session.js"
import * as store from "./store.js"

const FORMAT = "mallops-tray/1"
const CARRIED = [
  "id", "seq", "kind", "v", "mall", "binding", "recordedBy", "recordedAt", "body", "sha256",
  "photos", "photosLost", "origin", "sealedAt", "label", "round", "state", "reason",
]

// A file is not a tray of MallOps, or not a whole one.
export class BadTray extends Error {}

// Everything of the signed-in person that is waiting or refused, photos included.
export async function exportTray() {
  const me = await whoami()
  const entries = (await store.unsent()).filter((entry) => entry.recordedBy === me?.id)
  const photos = {}
  for (const hash of new Set(entries.flatMap((entry) => entry.photos))) {
    const bytes = await store.photoBytes(hash)
    if (bytes) photos[hash] = base64(bytes)
  }
  const tray = { format: FORMAT, entries: entries.map(carried), photos }
  return new Blob([JSON.stringify(tray)], { type: "application/json" })
}

const carried = (entry) => Object.fromEntries(CARRIED.map((key) => [key, entry[key]]))

// Takes in what this phone does not have yet. Returns how many entries.
export async function importTray(file) {
  const tray = await parsed(file)
  const entries = tray.entries.map((entry) => ({
    ...carried(entry), photosLost: entry.photosLost ?? [], state: "waiting",
    tries: 0, notBefore: 0, reason: null, receipt: null,
  }))
  const photos = await soundPhotos(tray.photos ?? {})
  const taken = await takeIn(entries, photos)
  announce({ type: "changed" })
  announce({ type: "sealed" })
  return taken
}

async function parsed(file) {
  const tray = await file.text().then(JSON.parse).catch(() => null)
  const whole = tray?.format === FORMAT && Array.isArray(tray.entries) && tray.entries.every(isEntry)
  if (!whole) throw new BadTray("not a tray of MallOps")
  return tray
}

const isEntry = ({ id, seq, mall, body, sha256: hash, photos }) =>
  [id, mall, body, hash].every((text) => typeof text === "string") &&
  Number.isInteger(seq) && Array.isArray(photos)

async function soundPhotos(photos) {
  const sound = []
  for (const [hash, text] of Object.entries(photos)) {
    const bytes = fromBase64(text)
    if ((await sha256(bytes)) === hash) sound.push({ sha256: hash, bytes })
  }
  return sound
}

async function takeIn(entries, photos) {
  const db = await outboxDb()
  const tx = db.transaction(["entries", "photos"], "readwrite", { durability: "strict" })
  let taken = 0
  for (const photo of photos) await tx.objectStore("photos").put(photo)
  for (const entry of entries) {
    if (await tx.objectStore("entries").get(entry.id)) continue
    await tx.objectStore("entries").add(entry)
    taken++
  }
  await tx.done
  return taken
}

function base64(bytes) {
  let text = ""
  const view = new Uint8Array(bytes)
  for (let i = 0; i < view.length; i += 0x8000) text += String.fromCharCode(...view.subarray(i, i + 0x8000))
  return btoa(text)
}

const fromBase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer
