// A phone on the floor: its storage, its pages, whoever holds it, and what happens to it.

import { Air } from "./air.js"
import { Locks } from "./locks.js"
import { Page } from "./page.js"
import { Disk } from "./storage.js"

export class Phone {
  constructor(world, name) {
    Object.assign(this, { world, name, pages: [], workers: [], frozen: [], cookie: null, holder: null, clockOffset: 0, stepsToLive: Infinity })
    this.locks = world.dice.chance(0.7) ? new Locks() : null
    this.air = new Air(world, this)
    this.disk = new Disk({
      soon: (task) => world.agenda.after(world.dice.between(0, 2), task),
      beforeStep: () => this.mayDie(),
    })
  }

  get page() {
    return this.pages.length ? this.world.dice.pick(this.pages) : null
  }

  open() {
    const page = new Page(this.world, this)
    this.pages.push(page)
    page.start()
  }

  kill() {
    this.stepsToLive = Infinity
    for (const pages of [this.pages, this.workers, this.frozen]) for (const page of pages.splice(0)) page.die()
  }

  // Background Sync: the worker of sw.js hands in what waits, page or no page.
  async wakeWorker() {
    const worker = new Page(this.world, this)
    this.workers.push(worker)
    await worker.modules.drain.drain()
    this.workers = this.workers.filter((other) => other !== worker)
    worker.die()
  }

  reopen() {
    this.kill()
    this.open()
  }

  // The storage and the network ask before each of their steps.
  mayDie() {
    if (this.pages.length || this.workers.length) this.stepsToLive -= 1
    if (this.stepsToLive > 0) return
    this.world.note(`${this.name} died`)
    this.kill()
    this.world.agenda.after(this.world.dice.between(500, 60_000), () => this.pages.length || this.open())
  }

  // All rows of its outbox, by id, as they are stored.
  entries() {
    const rows = [...this.disk.rows("mallops-outbox", "entries").values()]
    return new Map(rows.map(({ value }) => [value.id, value]))
  }
}
