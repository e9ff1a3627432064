// What happens next, in a time of its own: no waiting, and the same order each time.

const settled = () => new Promise((resolve) => setImmediate(resolve))

export class Agenda {
  constructor(now) {
    Object.assign(this, { now, events: new Map(), made: 0 })
  }

  // Does `task` in `ms`; nothing of it happens once its owner is dismissed. Returns a number for cancel().
  after(ms, task, owner = null) {
    this.made += 1
    this.events.set(this.made, { at: this.now + Math.max(0, ms), task, owner })
    return this.made
  }

  cancel(number) {
    this.events.delete(number)
  }

  dismiss(owner) {
    for (const [number, event] of this.events) if (event.owner === owner) this.events.delete(number)
  }

  // Lets `ms` pass. A task that waits for a real server holds up this time, not the order.
  async pass(ms) {
    const until = this.now + ms
    await settled()
    for (;;) {
      const number = this.first(until)
      if (number === null) break
      const { at, task } = this.events.get(number)
      this.events.delete(number)
      this.now = at
      await task()
      await settled() // until nothing more follows from it by itself
    }
    this.now = until
  }

  // The earliest one that is due by then; of two at the same time the one made first.
  first(until) {
    let [found, earliest] = [null, until]
    for (const [number, { at }] of this.events) {
      if (at < earliest || (at === earliest && found === null)) [found, earliest] = [number, at]
    }
    return found
  }
}
