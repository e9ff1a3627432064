// One page of the app on a phone: the real modules with this phone's clock, network and storage.

import { createHash } from "node:crypto"
import { startModules } from "./modules.js"
import { KeyRange } from "./table.js"

export class Page {
  constructor(world, phone) {
    Object.assign(this, { world, phone, isDead: false, heard: null })
    this.modules = startModules(this.surroundings())
  }

  start() {
    this.modules.triggers.startTriggers()
  }

  surroundings() {
    const { agenda, dice } = this.world
    const clock = clockOf(() => agenda.now + this.phone.clockOffset)
    const channel = channelOf(this)
    const own = {
      idb: this.phone.disk.library(this),
      Date: clock,
      Math: Object.create(Math, { random: { value: dice.roll } }),
      performance: { now: () => agenda.now },
      crypto: { getRandomValues: (bytes) => bytes.map(() => dice.between(0, 255)), subtle: { digest } },
      setTimeout: (task, ms) => agenda.after(ms, () => void task(), this), // nobody waits for what it begins
      clearTimeout: (number) => agenda.cancel(number),
      fetch: (path, options) => this.phone.air.fetch(this, path, options),
      navigator: this.phone.locks ? { locks: this.phone.locks.of(this) } : {}, // it must work without
      document: { addEventListener() {}, visibilityState: "visible" },
      addEventListener() {},
      BroadcastChannel: channel,
      IDBKeyRange: KeyRange,
      Blob: TextFile,
    }
    return { ...own, globalThis: own }
  }

  // What other pages of this phone said, a moment later.
  hear(data) {
    this.world.agenda.after(1, () => this.heard?.onmessage?.({ data }), this)
  }

  die() {
    this.freeze()
    this.phone.locks?.left(this)
  }

  // Nothing of it goes on, and nobody gives back what it holds.
  freeze() {
    this.isDead = true
    this.world.agenda.dismiss(this)
    this.phone.disk.killed(this)
  }
}

const clockOf = (now) =>
  class extends Date {
    constructor(...given) {
      super(...(given.length ? given : [now()]))
    }
    static now = now
  }

const channelOf = (page) =>
  class {
    constructor() {
      page.heard = this
    }
    postMessage(data) {
      const { pages, workers } = page.phone
      for (const other of [...pages, ...workers]) if (other !== page) other.hear(data)
    }
  }

// At once: node's own would answer from another thread, whenever that is ready.
async function digest(_name, bytes) {
  const hash = createHash("sha256").update(Buffer.from(bytes.buffer ?? bytes)).digest()
  return hash.buffer.slice(hash.byteOffset, hash.byteOffset + hash.length)
}

export class TextFile {
  constructor([text]) {
    this.text = async () => text
  }
}
