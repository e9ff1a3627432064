// The rows of one object store, and keys in IndexedDB's order.

// A key, or a range of keys as IDBKeyRange makes it.
export const KeyRange = {
  bound: (lower, upper, lowerOpen = false) => ({ isRange: true, lower, upper, lowerOpen }),
  lowerBound: (lower, lowerOpen = false) => ({ isRange: true, lower, lowerOpen }),
}

const RANKS = { number: 0, string: 1, object: 2 } // arrays come last
const rankOf = (key) => RANKS[typeof key]

export function compare(a, b) {
  if (rankOf(a) !== rankOf(b)) return rankOf(a) - rankOf(b)
  if (!Array.isArray(a)) return a < b ? -1 : a > b ? 1 : 0
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i], b[i])
    if (order) return order
  }
  return a.length - b.length
}

function isWithin(key, range) {
  if (range === undefined || range === null) return true
  if (!range.isRange) return compare(key, range) === 0
  const { lower, upper, lowerOpen } = range
  const above = compare(key, lower)
  return (lowerOpen ? above > 0 : above >= 0) && (upper === undefined || compare(key, upper) <= 0)
}

const valueAt = (value, path) => (Array.isArray(path) ? path.map((one) => value[one]) : value[path])
const isKey = (key) => (Array.isArray(key) ? key.every(isKey) : key !== undefined && key !== null)
const named = (key) => JSON.stringify(key)

// What is stored is a copy that nobody can change. Reading hands out that copy itself: the phone's
// code changes nothing it has read, and would be refused here.
function copied(value) {
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value
  const copy = Array.isArray(value) ? value.map(copied) : { ...value }
  if (!Array.isArray(value)) for (const name of Object.keys(copy)) copy[name] = copied(copy[name])
  return Object.freeze(copy)
}

export class Table {
  constructor(keyPath) {
    Object.assign(this, { keyPath, rows: new Map(), indexes: new Map() })
  }

  createIndex(name, path) {
    this.indexes.set(name, path)
  }

  get(key) {
    return this.rows.get(named(key))?.value
  }

  put(value, given) {
    const key = this.keyPath ? valueAt(value, this.keyPath) : given
    if (!isKey(key)) throw new DOMException(`no key: ${named(key)}`, "DataError")
    return this.set(key, { key, value: copied(value) })
  }

  add(value, given) {
    if (this.rows.has(named(valueAt(value, this.keyPath)))) throw new DOMException("known", "ConstraintError")
    return this.put(value, given)
  }

  delete(key) {
    return this.set(key, undefined)
  }

  set(key, row) {
    const before = this.rows.get(named(key))
    this.lay(key, row)
    return { result: key, undo: () => this.lay(key, before) }
  }

  lay(key, row) {
    if (row) this.rows.set(named(key), row)
    else this.rows.delete(named(key))
  }

  clear() {
    const before = this.rows
    this.rows = new Map()
    return { result: undefined, undo: () => (this.rows = before) }
  }

  // By the table's own keys, or by those of an index.
  sorted(index) {
    const path = index && this.indexes.get(index)
    const rows = [...this.rows.values()].map(({ key, value }) => ({ key, value, at: path ? valueAt(value, path) : key }))
    const within = (range) =>
      rows
        .filter(({ at }) => isKey(at) && isWithin(at, range))
        .sort((a, b) => compare(a.at, b.at) || compare(a.key, b.key))
    return {
      keys: (range) => within(range).map(({ key }) => key),
      values: (range, most) => within(range).slice(0, most).map(({ value }) => value),
    }
  }
}
