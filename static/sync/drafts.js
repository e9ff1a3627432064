// Unfinished work of the signed-in person; every change is stored as it happens.

import { userDb } from "./db.js"
import { sha256 } from "./hash.js"
import { whoami } from "./session.js"
import * as store from "./store.js"

// draft: {id, …anything}. Kept under the person who is signed in.
export async function saveDraft(draft) {
  const person = draft.person ?? (await whoami())?.id
  const kept = { ...draft, person, savedAt: Date.now() }
  await (await userDb()).put("drafts", kept)
  return kept
}

// null when unknown, somebody else's, or sealed already (the browser died in between).
export async function loadDraft(id) {
  const draft = await (await userDb()).get("drafts", id)
  return draft && (await isOpen(draft, await whoami())) ? draft : null
}

export async function drafts() {
  const kept = await (await userDb()).getAll("drafts")
  const me = await whoami()
  const open = await Promise.all(kept.map((draft) => isOpen(draft, me)))
  return kept.filter((_, i) => open[i]).sort((a, b) => b.savedAt - a.savedAt)
}

async function isOpen({ id, person }, me) {
  return person === me?.id && !(await store.get(id))
}

export async function removeDraft(id) {
  const tx = (await userDb()).transaction(["drafts", "draft_photos"], "readwrite")
  tx.objectStore("drafts").delete(id)
  const photos = tx.objectStore("draft_photos")
  for (const key of await photos.index("draft").getAllKeys(id)) photos.delete(key)
  await tx.done
}

// Returns the photo's hash. more: what the form wants to keep with it, such as the item.
export async function savePhoto(draftId, bytes, more = {}) {
  const hash = await sha256(bytes)
  await (await userDb()).put("draft_photos", { ...more, draft: draftId, sha256: hash, bytes })
  return hash
}

// [{draft, sha256, bytes, …more}]
export async function photosOf(draftId) {
  return (await userDb()).getAllFromIndex("draft_photos", "draft", draftId)
}
