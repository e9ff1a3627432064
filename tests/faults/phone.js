// What the tests do on a phone, through the product's own modules. Put into every page.

const use = async (name) => (await import("/floor/sync.js")).__need(`sync/${name}.js`)

const now = () => new Date().toISOString().replace("Z", "+00:00")

async function takePhoto(size = 80) {
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size })
  const pen = canvas.getContext("2d")
  for (let i = 0; i < 40; i++) {
    pen.fillStyle = `hsl(${Math.random() * 360} 70% 50%)`
    pen.fillRect(Math.random() * size, Math.random() * size, size / 4, size / 4)
  }
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9))
  const bytes = await blob.arrayBuffer()
  return { sha256: await (await use("hash")).sha256(bytes), bytes }
}

async function sealOne({ text = "All quiet", photos = 0, size, mall, body, taken = [], ...more }) {
  const [{ seal }, { whoami }, { newId }] = [await use("outbox"), await use("session"), await use("install")]
  const me = await whoami()
  while (taken.length < photos) taken.push(await takePhoto(size))
  const hashes = taken.map((photo) => photo.sha256)
  return seal({
    id: newId(), kind: "note", v: 1, mall: mall ?? me.mall, recordedBy: me.id, recordedAt: now(),
    body: body ?? { text, place: null, photos: hashes }, photos: taken, label: "Note", ...more,
  })
}

async function sealMany({ count = 1, ...more }) {
  const sealed = []
  while (sealed.length < count) sealed.push(await sealOne(more))
  return sealed.map(({ id, sha256, recordedBy, seq }) => ({ id, sha256, recordedBy, seq }))
}

// Everything on the phone, whoever recorded it: tests may look where pages must not.
async function entries() {
  const { unsent, storedByServer } = await use("store")
  return [...(await unsent()), ...(await storedByServer())]
}

async function change(id, change) {
  const db = await (await use("db")).outboxDb()
  await db.put("entries", { ...(await db.get("entries", id)), ...change })
}

// As long as the server asked for, and the phone itself wanted to.
async function waitLong() {
  const db = await (await use("db")).outboxDb()
  await db.put("meta", {}, "wait")
  for (const entry of await entries()) {
    if (entry.state === "waiting") await db.put("entries", { ...entry, notBefore: 0 })
  }
}

async function losePhotos() {
  await (await (await use("db")).outboxDb()).clear("photos")
}

const seen = []
async function watch() {
  const { listen } = await use("channel")
  listen("progress", ({ state }) => seen.push(state))
}

// Everything loaded, as it is in the app before the network goes.
async function ready() {
  const names = ["channel", "db", "drafts", "drain", "hash", "install", "outbox", "session", "store", "triggers"]
  await Promise.all(names.map(use))
}

globalThis.phone = {
  ready,
  use, entries, sealMany, sealOne, change, waitLong, losePhotos, takePhoto, watch, seen,
  connect: async () => (await use("session")).connect(),
  drain: async () => (await use("drain")).drain(),
  counts: async () => (await use("outbox")).counts(),
  start: async () => (await use("triggers")).startTriggers(),
  retry: async (id) => (await use("outbox")).retryRefused(id),
}
