// A note, a report or a step while it is written: kept at every change, sealed at the end.

import { mountPhotos } from "../checklists/photo-strip.js"
import { $ } from "./dom.js"
import { withOffset } from "./format.js"
import { photoLine } from "./photo-line.js"
import { drafts, photosOf, removeDraft, saveDraft, savePhoto } from "../sync/drafts.js"
import { newId } from "../sync/install.js"
import { seal } from "../sync/outbox.js"

export class Work {
  // The draft that fits, or a new one with these contents.
  static async takeUp(known, fits, fresh) {
    const draft = (await drafts()).find(fits) ?? { id: newId(), text: "", photos: [], ...fresh }
    const photos = await photosOf(draft.id)
    return new Work(known, draft, new Map(photos.map(({ sha256, bytes }) => [sha256, bytes])))
  }

  constructor(known, draft, photos) {
    Object.assign(this, { known, draft, photos, saving: Promise.resolve() })
  }

  // Every change is on its way to storage at once, in its order; failed() hears why not.
  keep(parts, failed) {
    const kept = structuredClone(Object.assign(this.draft, parts))
    this.saving = this.saving.then(() => saveDraft(kept)).catch(failed)
  }

  mountPhotos(form, place, changed) {
    mountPhotos($("[data-photos]", form), this.taken(), {
      line: () => photoLine(this.known, place()),
      keep: (bytes) => this.hold(bytes),
      changed: (photos) => changed({ photos }),
    })
  }

  async hold(bytes) {
    const sha256 = await savePhoto(this.draft.id, bytes)
    this.photos.set(sha256, bytes)
    return sha256
  }

  taken(hashes = this.draft.photos) {
    return hashes.map((sha256) => ({ sha256, bytes: this.photos.get(sha256) }))
  }

  // Resolves when it is durably on this phone. The draft's own id: one entry, however often.
  async seal(label, body, hashes) {
    const { id, kind, round } = this.draft
    await seal({
      id, kind, v: 1, round, mall: this.known.mall, recordedBy: this.known.person.id, label, body, photos: this.taken(hashes),
      recordedAt: withOffset(new Date(), this.known.time_zone),
    })
    await this.drop()
  }

  async drop() {
    await this.saving
    await removeDraft(this.draft.id)
  }
}
