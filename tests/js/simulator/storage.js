// A phone's storage: what outlives a kill. As much of IndexedDB, through the promises of the
// idb library, as static/sync uses. Transactions wait for each other, come whole or not at
// all, and go on in single steps, so that a phone can be killed between any two.

import { Table } from "./table.js"
import { Transaction } from "./transaction.js"

export class Disk {
  // soon(task): does it a moment later; beforeStep(): may kill the phone.
  constructor({ soon, beforeStep }) {
    Object.assign(this, { soon, beforeStep, databases: new Map(), live: [], known: [], full: false, awake: false })
  }

  // What `import * as idb` finds; everything a page began ends with it.
  library(page) {
    return { openDB: async (name, version, { upgrade }) => this.open(name, version, upgrade, page) }
  }

  open(name, version, upgrade, page) {
    if (!this.databases.has(name)) {
      this.databases.set(name, { version: 0, tables: new Map() })
    }
    const database = this.databases.get(name)
    if (database.version < version) this.upgrade(database, version, upgrade)
    return new Connection(this, database, page)
  }

  upgrade(database, version, upgrade) {
    const { tables } = database
    const createObjectStore = (name, { keyPath } = {}) => {
      tables.set(name, new Table(keyPath))
      return tables.get(name)
    }
    upgrade({ createObjectStore }, database.version, version, { objectStore: (name) => tables.get(name) })
    database.version = version
  }

  // A moment's work: answers what was asked, and commits where nothing more was asked since.
  step() {
    this.awake = false
    this.beforeStep()
    for (const tell of this.known.splice(0)) tell()
    for (const transaction of [...this.live]) {
      if (this.live.includes(transaction) && this.isFree(transaction)) transaction.goOn()
    }
    if (this.live.length || this.known.length) this.wake()
  }

  wake() {
    if (this.awake) return
    this.awake = true
    this.soon(() => this.step())
  }

  // Earlier transactions on the same tables come first, unless both only read.
  isFree(transaction) {
    const before = this.live.slice(0, this.live.indexOf(transaction))
    return !before.some((other) => other.blocks(transaction))
  }

  ended(transaction) {
    this.live = this.live.filter((other) => other !== transaction)
  }

  // The page is gone: what it had not committed never was.
  killed(page) {
    for (const transaction of this.live.filter((one) => one.page === page)) transaction.undo()
  }

  // Behind everybody's back, for checks and for damage.
  rows(database, table) {
    return this.databases.get(database)?.tables.get(table).rows ?? new Map()
  }
}

class Connection {
  constructor(disk, database, page) {
    Object.assign(this, { disk, database, page, objectStoreNames: [...database.tables.keys()] })
  }

  transaction(names, mode = "readonly") {
    const tables = new Map([names].flat().map((name) => [name, this.database.tables.get(name)]))
    return new Transaction(this.disk, tables, mode, this.page)
  }

  get = (table, key) => this.transaction(table).store.get(key)
  getAll = (table) => this.transaction(table).store.getAll()
  getAllKeys = (table) => this.transaction(table).store.getAllKeys()
  getAllFromIndex = (table, index, key) => this.transaction(table).store.index(index).getAll(key)
  put = (table, value, key) => this.write(table, (store) => store.put(value, key))
  delete = (table, key) => this.write(table, (store) => store.delete(key))

  async write(table, change) {
    const transaction = this.transaction(table, "readwrite")
    const [result] = await Promise.all([change(transaction.store), transaction.done])
    return result
  }

  close() {}
}
