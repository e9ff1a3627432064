// The round that is on: which it is, what is known of its doors, and what a tap seals.

import { $ } from "../floor/dom.js"
import { withOffset } from "../floor/format.js"
import { enter } from "../handovers/gate.js"
import { newId } from "../sync/install.js"
import { ownOfRound, seal } from "../sync/outbox.js"
import { TAP, add, eventAt, lastLook, looksOf, remove, roundOf } from "./rules.js"
import { WORDS } from "./words.js"

let chosen = null // {event, instead}: by hand, until the clock turns to another round
let sealing = Promise.resolve() // one after the other in the order of the taps
let forced = null // the round that an emergency opened before the handover was read
const underway = new Set() // entries that are not on the phone yet

export function eventOn(known) {
  const event = eventAt(known, Date.now())
  return chosen?.instead === event ? chosen.event : event
}

export function chooseEvent(known, event) {
  chosen = { event, instead: eventAt(known, Date.now()) }
}

export class Board {
  // With what was tapped so far, on the phone already or on its way there.
  static async read(known, event) {
    const round = roundOf(known, event, Date.now())
    const before = [...underway]
    const stored = (await ownOfRound(round)).map((entry) => ({ ...entry, body: JSON.parse(entry.body) }))
    const tapped = [...before, ...underway].filter((entry) => entry.round === round && !entry.hasFailed)
    const entries = new Map([...tapped, ...stored].map((entry) => [entry.id, entry]))
    return new Board(known, event, round, looksOf(known, event, [...entries.values()], Date.now()))
  }

  constructor(known, event, round, looks) {
    Object.assign(this, { known, event, round, looks })
  }

  // Begun is what was tapped in it, or is said by hand: that is never shut.
  enter(element, goOn, isBegun) {
    isBegun ||= forced === this.round || [...this.looks.values()].flat().some(({ id }) => id)
    return enter(this.known, { name: $("#doors-title").textContent, isBegun, keepOpen: () => (forced = this.round) }, element, goOn)
  }

  last(no) {
    return lastLook(this.looks, no)
  }

  // Whether it shows the same of a door as another board.
  says(other, no) {
    const [mine, theirs] = [this, other].map(({ known, looks }) => JSON.stringify([known.server_time, looks.get(no)]))
    return mine === theirs
  }

  // Seen just so, now. failed(error): it is not on this phone, and no longer said here.
  tap(no, how, failed) {
    const [id, at, status] = [newId(), this.now(), TAP[this.event]]
    add(this.looks, no, { id, status, at, how })
    const body = { unit: no, event: this.event, status, seen_at: at, how, note: "", photos: [] }
    this.seal("door", id, body, `${no} · ${WORDS.statuses[status]}`, (error) => {
      remove(this.looks, no, id)
      failed(error)
    })
    return { no, id }
  }

  // An own look was wrong: it no longer counts.
  withdraw({ no, id }, failed) {
    const look = this.looks.get(no)?.find((one) => one.id === id)
    if (!look) return
    remove(this.looks, no, id)
    this.seal("door_withdrawal", newId(), { sighting: id, reason: "" }, `${no} · ${WORDS.undone}`, (error) => {
      add(this.looks, no, look)
      failed(error)
    })
  }

  now() {
    return withOffset(new Date(), this.known.time_zone)
  }

  seal(kind, id, body, label, failed) {
    const { known: { mall, person }, round } = this
    const entry = { id, kind, v: 1, mall, recordedBy: person.id, recordedAt: this.now(), label, round, body, state: "waiting" }
    underway.add(entry)
    sealing = sealing.then(() => seal(entry)).catch((error) => {
      entry.hasFailed = true
      failed(error)
    }).finally(() => underway.delete(entry))
  }
}
