// Looks on at the server's door: which receipts it gave, so that claims can be held against them.

import assert from "node:assert/strict"

const STORED = new Set(["accepted", "duplicate", "held"])

export class Watch {
  constructor(world) {
    this.world = world
    this.receipts = new Map() // id → [{epoch, ledger_seq, sha256, status}]
  }

  answered({ path, body }, { status, text }) {
    if (path !== "/sync/batch" || status !== 200) return
    const { epoch, results } = JSON.parse(text)
    const asked = JSON.parse(body).entries.map(({ id }) => id)
    assert.deepEqual(results.map(({ id }) => id), asked, "every entry is named once, in its order")
    for (const result of results) if (STORED.has(result.status)) this.received(result, epoch)
  }

  received({ id, status, receipt }, epoch) {
    const before = this.receipts.get(id) ?? []
    const sameLife = before.filter((one) => one.epoch === epoch)
    const isAgain = status !== "duplicate" && sameLife.some((one) => one.status !== "duplicate")
    assert.ok(!isAgain, `${id} was stored twice in one life of the server`)
    const numbers = new Set([receipt, ...sameLife].map(({ ledger_seq }) => ledger_seq))
    assert.equal(numbers.size, 1, `${id} has two places in the ledger`)
    this.receipts.set(id, [...before, { ...receipt, epoch, status }])
  }

  // Whether the server ever said what a phone claims.
  gave(id, claim) {
    const same = (one) => one.epoch === claim.epoch && one.ledger_seq === claim.ledger_seq && one.sha256 === claim.sha256
    return (this.receipts.get(id) ?? []).some(same)
  }
}
