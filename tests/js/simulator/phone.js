// A phone on the floor: its storage, its pages, whoever holds it, and what happens to it.

import { Air } from "./air.js"
import { Page } from "./page.js"
import { Disk } from "./storage.js"

export class Phone {
  constructor(world, name) {
    Object.assign(this, { world, name, pages: [], cookie: null, holder: null, clockOffset: 0, stepsToLive: Infinity })
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
    for (const page of this.pages.splice(0)) page.die()
  }

  reopen() {
    this.kill()
    this.open()
  }

  // The storage and the network ask before each of their steps.
  mayDie() {
    if (this.pages.length) this.stepsToLive -= 1
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
