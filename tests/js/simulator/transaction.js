// One transaction on a phone's storage (storage.js).

export class Transaction {
  constructor(disk, tables, mode, page) {
    Object.assign(this, { disk, tables, mode, page, error: null, asked: [], undone: [], over: false })
    this.done = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }))
    this.done.catch(() => {}) // as in a browser, whoever does not ask is not told
    disk.live.push(this)
    disk.wake()
  }

  get store() {
    return this.objectStore([...this.tables.keys()][0])
  }

  objectStore(name) {
    return new Store(this, this.tables.get(name))
  }

  blocks(other) {
    const either = this.mode === "readwrite" || other.mode === "readwrite"
    return either && [...this.tables.values()].some((table) => [...other.tables.values()].includes(table))
  }

  ask(work) {
    if (this.over || this.page.isDead) return this.refuse()
    return new Promise((resolve, reject) => this.asked.push({ work, resolve, reject }))
  }

  change(table, change) {
    if (this.mode !== "readwrite") throw new DOMException("only reads", "ReadOnlyError")
    return this.ask(() => {
      const { result, undo } = change(table)
      this.undone.unshift(undo)
      return result
    })
  }

  refuse() {
    if (this.page.isDead) return new Promise(() => {}) // nobody is there to be told
    return Promise.reject(new DOMException("the transaction is over", "TransactionInactiveError"))
  }

  // In the step after its last answer it commits; the page hears of that one step later.
  goOn() {
    if (!this.asked.length) return this.commitNow()
    for (const { work, resolve, reject } of this.asked.splice(0)) {
      if (this.over) return
      try {
        resolve(work())
      } catch (error) {
        reject(error)
        this.fail(error)
      }
    }
  }

  commitNow() {
    this.over = true
    this.disk.ended(this)
    this.disk.known.push(() => this.page.isDead || this.resolve())
  }

  commit() {} // it would by itself

  abort() {
    if (this.over) throw new DOMException("the transaction is over", "InvalidStateError")
    this.fail(null)
  }

  fail(error) {
    const left = this.asked.splice(0)
    this.error = error
    this.undo()
    const reason = error ?? new DOMException("aborted", "AbortError")
    for (const { reject } of left) reject(reason)
    this.reject(reason)
  }

  undo() {
    for (const undo of this.undone.splice(0)) undo()
    this.over = true
    this.disk.ended(this)
  }
}

class Store {
  constructor(transaction, table) {
    Object.assign(this, { transaction, table })
  }

  reading = (name, read) => this.transaction.ask(() => read(this.table.sorted(name)))
  get = (key) => this.transaction.ask(() => this.table.get(key))
  getAll = (range, most) => this.reading(null, (rows) => rows.values(range, most))
  getAllKeys = (range) => this.reading(null, (rows) => rows.keys(range))
  delete = (key) => this.transaction.change(this.table, (table) => table.delete(key))
  clear = () => this.transaction.change(this.table, (table) => table.clear())
  put = (value, key) => this.write(value, key, "put")
  add = (value, key) => this.write(value, key, "add")

  index(name) {
    return {
      getAll: (range, most) => this.reading(name, (rows) => rows.values(range, most)),
      getAllKeys: (range) => this.reading(name, (rows) => rows.keys(range)),
      count: (range) => this.reading(name, (rows) => rows.keys(range).length),
    }
  }

  write(value, key, how) {
    const { disk } = this.transaction
    return this.transaction.change(this.table, (table) => {
      if (disk.full) throw new DOMException("no room", "QuotaExceededError")
      return table[how](value, key)
    })
  }
}
