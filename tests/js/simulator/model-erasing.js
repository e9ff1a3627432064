// Erasing in the model of the server: words and photos go, the id stays, and no restore of an
// older backup brings anything back.

const MARK = "…"

export class Erasures {
  constructor() {
    this.journal = [] // outlives a restore: [{id, mall, photos}]
  }

  has = (id) => this.journal.some((one) => one.id === id)
  hasPhoto = (mall, hash) => this.journal.some((one) => one.mall === mall && one.photos.includes(hash))

  // Returns the photos that go.
  erase(state, { id, mall, photos }) {
    this.journal.push({ id, mall, photos })
    this.again(state)
    return photos
  }

  again({ ledgers, photos }) {
    for (const [mall, rows] of Object.entries(ledgers)) {
      for (const row of rows) if (this.has(row.id)) row.body = MARK
      photos[mall] = photos[mall].filter((hash) => !this.hasPhoto(mall, hash))
    }
  }
}
