// All there is in one story: a server, its people, their phones, and what was promised to whom.

import { Agenda } from "./agenda.js"
import { Phone } from "./phone.js"
import { Dice } from "./random.js"
import { Watch } from "./watch.js"

export class World {
  // makeServer(agenda) → model-server.js, or what speaks for the real one.
  static async create(seed, makeServer) {
    const agenda = new Agenda(Date.UTC(2026, 10, 21, 2))
    const world = new World(new Dice(seed), agenda, await makeServer(agenda))
    const names = ["phone 1", "phone 2", "phone 3"].slice(0, world.dice.between(2, 3))
    world.phones = names.map((name) => new Phone(world, name))
    return world
  }

  constructor(dice, agenda, server) {
    Object.assign(this, { dice, agenda, server, trace: [] })
    this.watch = new Watch(this)
    this.drafts = new Map() // id → {phone, person, …}: begun, and not known to be saved
    this.saved = new Map() // id → the same: the phone said "Saved on this phone"
    this.damaged = new Set() // ids of texts that changed on a phone
    this.lostPhotos = new Set() // hashes of photos that some phone lost or a proxy refused
    this.twins = new Map() // id → other content that somebody put under it
    this.erased = new Set() // ids of entries that were erased on the server
    this.erasedPhotos = new Set() // hashes of photos that went with them
    this.poison = new Set() // ids that make a gateway fail
    this.copies = [] // backups of the server
    this.trouble = null
  }

  note(line) {
    this.trace.push(`${new Date(this.agenda.now).toISOString().slice(5, 23)} ${line}`)
  }

  // What a person does with a phone; it goes on while time passes, and ends with the phone.
  // `allowed`: errors that the person is told of.
  act(what, deed, allowed = []) {
    this.note(what)
    deed().catch((error) => {
      if (!allowed.includes(error.name) && !allowed.includes(error.constructor.name)) this.trouble ??= error
    })
  }

  async pass(ms) {
    await this.agenda.pass(ms)
    if (this.trouble) throw this.trouble
  }
}
