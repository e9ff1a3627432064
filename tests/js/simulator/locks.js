// The Web Locks of one phone's browser: a name is held by one page or worker at a time.

export class Locks {
  constructor() {
    // isStuck: something that never wakes up again holds every lock
    Object.assign(this, { asked: [], isStuck: false, gaveUp: false })
  }

  // What a page finds as `navigator.locks`.
  of(page) {
    return { request: (name, { signal }, task) => this.request({ name, page, task }, signal) }
  }

  request(one, signal) {
    return new Promise((resolve, reject) => {
      Object.assign(one, { resolve, reject, isHeld: false })
      this.asked.push(one)
      signal.addEventListener("abort", () => one.isHeld || this.giveUp(one, signal.reason))
      this.next(one.name)
    })
  }

  giveUp(one, reason) {
    this.gaveUp = true // from now on two may walk at the same time, and must be right all the same
    this.drop(one)
    one.reject(reason)
  }

  next(name) {
    const [first] = this.asked.filter((one) => one.name === name)
    if (!first || first.isHeld || this.isStuck) return
    first.isHeld = true
    Promise.resolve().then(first.task).then(first.resolve, first.reject).finally(() => this.drop(first))
  }

  drop(gone) {
    this.asked = this.asked.filter((one) => one !== gone)
    this.next(gone.name)
  }

  // A page that was closed or killed gives back what it holds; a frozen one does not.
  left(page) {
    for (const one of this.asked.filter((other) => other.page === page)) this.drop(one)
  }
}
