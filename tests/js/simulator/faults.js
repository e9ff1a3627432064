// What can happen to a request on its way, as a plan for air.js.
//
// arrives: [ms until the server gets a copy, …]; together: copies that arrive at once;
// back: ms until the answer is there after the first copy arrived (null: never);
// strange: which answer of strange.js; breaks: ms until the connection does; instead: what somebody else answers; half: of the answer.

import { STRANGE } from "./strange.js"

const page = (status, more = {}) => ({ status, type: "text/html", text: "<h1>Sign in to the network</h1>", ...more })
const json = (status, content, more = {}) => ({
  status, type: "application/json", text: JSON.stringify(content), ...more,
})

export const ANSWERS_OF_OTHERS = [
  page(200), page(401), page(403), page(404), page(413), page(502), page(503), page(504),
  json(200, { ok: true }), json(200, null), json(200, { protocol: "mallops-sync/1" }),
  json(401, { code: "signed_out" }), json(401, { error: "proxy" }), json(403, { code: "foreign_origin" }),
  json(429, { code: "busy" }, { retryAfter: "30" }), page(429, { retryAfter: "99999999" }),
  json(503, { code: "busy" }, { retryAfter: "5" }), json(507, { code: "no_room" }),
]

const MINUTES = 60_000
const soon = (dice) => dice.between(20, 400)

const FAULTS = {
  lostRequest: (dice) => ({ arrives: [], breaks: soon(dice) }),
  lostAnswer: (dice) => ({ arrives: [soon(dice)], breaks: 500 }),
  blackHole: () => ({ arrives: [] }),
  blackHoleOnTheWayBack: (dice) => ({ arrives: [soon(dice)] }),
  lateRequest: (dice) => ({ arrives: [dice.between(20_000, 120 * MINUTES)] }),
  lateAnswer: (dice) => ({ arrives: [soon(dice)], back: dice.between(14_000, 90_000) }),
  twiceAtOnce: (dice) => ({ arrives: [soon(dice)], together: 2, back: soon(dice) }),
  twice: (dice) => ({ arrives: [soon(dice), dice.between(100, 180 * MINUTES)], back: soon(dice) }),
  halfAnswer: (dice) => ({ arrives: [soon(dice)], back: soon(dice), half: true }),
  somebodyElse: (dice) => ({ arrives: [], back: soon(dice), instead: dice.pick(ANSWERS_OF_OTHERS) }),
  somebodyElseAfterwards: (dice) => ({
    arrives: [soon(dice)], back: soon(dice), instead: dice.pick(ANSWERS_OF_OTHERS),
  }),
  oldAnswer: (dice) => ({ arrives: [], back: soon(dice), old: true }),
}

export const without = (dice) => ({ arrives: [soon(dice)], back: soon(dice) })

export function anyFault(dice) {
  const name = dice.pick(Object.keys(FAULTS))
  return { name, ...FAULTS[name](dice) }
}

export const stranger = (dice) => ({ name: "strange answer", arrives: [], back: soon(dice), strange: dice.pick(STRANGE) })
export const portal = (dice) => ({ name: "portal", arrives: [], back: soon(dice), instead: page(200) })
export const gateway = (dice) => ({ name: "gateway", arrives: [], back: soon(dice), instead: page(502) })
