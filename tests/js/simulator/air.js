// What lies between one phone and the server: each request meets the fault that chance has for it.

import { anyFault, gateway, portal, stranger, without } from "./faults.js"
import { strangeAnswer } from "./strange.js"

export class Air {
  // state: good · bad · none · portal
  constructor(world, phone) {
    Object.assign(this, { world, phone, state: "good", answers: new Map(), sending: new Set() })
  }

  // The `fetch` of a page.
  fetch(page, path, { method = "GET", body, headers = {}, signal, redirect }) {
    const request = { method, path, body, headers, cookie: this.phone.cookie }
    this.mustBeAlone(page)
    this.sending.add(page)
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("too late", "AbortError")))
      const later = (ms, task) => this.world.agenda.after(ms, task, page)
      const told = { answer: resolve, breaks: () => reject(new TypeError("Failed to fetch")) }
      if (redirect === "manual") return later(50, () => this.look(told))
      this.phone.mayDie()
      this.carry(request, this.plan(request), told, later)
    }).finally(() => this.sending.delete(page))
  }

  // Where the browser has locks, pages and the worker take turns, as long as nobody's patience ends.
  mustBeAlone(page) {
    const { locks, name } = this.phone
    if (!locks || locks.gaveUp) return
    const others = [...this.sending].filter((other) => other !== page && !other.isDead)
    if (others.length) this.world.trouble ??= new Error(`two pages of ${name} send at the same time`)
  }

  // net.js looks whether a portal redirects everybody.
  look({ answer, breaks }) {
    if (this.state === "portal") answer({ type: "opaqueredirect" })
    else breaks()
  }

  plan(request) {
    const { dice } = this.world
    if (this.state === "none") return { arrives: [], breaks: 5 }
    if (this.state === "portal") return dice.chance(0.5) ? portal(dice) : { arrives: [], breaks: 5 }
    if (this.isPoisoned(request)) return gateway(dice)
    if (this.state === "bad" && request.path === "/sync/batch" && dice.chance(0.2)) return stranger(dice)
    return this.state === "bad" && dice.chance(0.5) ? anyFault(dice) : without(dice)
  }

  isPoisoned({ path, body }) {
    const { poison } = this.world
    return path === "/sync/batch" && poison.size > 0 && JSON.parse(body).entries.some(({ id }) => poison.has(id))
  }

  carry(request, plan, told, later) {
    const { agenda } = this.world
    if (plan.name) this.world.note(`${this.phone.name} ${request.method} ${request.path}: ${plan.name}`)
    if (plan.breaks !== undefined) later((plan.arrives[0] ?? 0) + plan.breaks, told.breaks)
    if (!plan.arrives.length && plan.back) later(plan.back, () => this.answer(plan, null, request, told))
    plan.arrives.forEach((ms, i) => {
      agenda.after(ms, async () => {
        const response = await this.atServer(request, plan.together ?? 1)
        if (i === 0 && plan.back) later(plan.back, () => this.answer(plan, response, request, told))
      })
    })
  }

  // Copies that arrive together run side by side.
  async atServer(request, copies) {
    const { server, watch } = this.world
    const responses = await Promise.all(Array.from({ length: copies }, () => server.handle(request)))
    for (const response of responses) watch.answered(request, response)
    return responses[0]
  }

  answer({ instead, half, old, strange }, response, request, { answer, breaks }) {
    const { path } = request
    const told = instead ?? (strange ? this.strange(strange, request) : old ? this.answers.get(path) : response)
    if (!told) return breaks()
    if (response) this.answers.set(path, response)
    if (told.status === 413) this.world.lostPhotos.add(path.split("/").at(-1)) // too large for a proxy
    this.phone.mayDie()
    answer(asResponse(told, half))
  }

  strange(fault, request) {
    const epoch = this.phone.disk.rows("mallops-outbox", "meta").get(JSON.stringify("epoch"))?.value
    return strangeAnswer(fault, request, { epoch, now: this.world.agenda.now })
  }
}

function asResponse({ status, type, text, retryAfter, date }, half) {
  const headers = { "Content-Type": type, "Retry-After": retryAfter, Date: date }
  return {
    status, redirected: false, type: "basic",
    headers: { get: (name) => headers[name] ?? null },
    text: async () => (half ? text.slice(0, text.length / 2) : text),
  }
}
