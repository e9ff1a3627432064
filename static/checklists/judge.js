// Whether one answer counts as a fail. Pure: rules and values in, a verdict out.
// The server judges again; here it decides what unfolds and whether a photo is due.

const MINUTES_A_DAY = 1440
const NIGHT_ENDS = 5 * 60 // 05:00, as on the server
const DAY_MS = 86_400_000

// `known`: {previous: {item code: {value, at (ms)}}, planTimes: {key: "HH:MM"}}
export function judge(rule, answer, known = {}) {
  const value = answer?.value
  if (value === undefined || value === null || value === "") return null
  if (value === "na") return "na"
  if (rule.pair) return judgePair(rule, value, answer.of)
  return (JUDGES[rule.type] ?? passes)(rule, value, known)
}

const JUDGES = {
  pass_fail: (rule, value) => value,
  choice: (rule, value) => verdict(!rule.failing?.includes(value)),
  number: (rule, value) => verdict(isWithin(rule, value)),
  count: (rule, value) => verdict(isWithin(rule, value)),
  meter: (rule, value, known) => verdict(!isBelow(rule, value, known)),
  time: (rule, value, known) => verdict(isInTime(rule, value, known.planTimes)),
}

// A meter that shows less than last time was misread, replaced or turned over.
export function isBelow(rule, value, known = {}) {
  return rule.type === "meter" && value < known.previous?.[rule.code]?.value
}

// What an item worked out from meters comes to: use per day against its limits.
export function meterChange({ limits }, answers, known, now) {
  const uses = Object.keys(limits).map((code) => perDay(answers[code]?.value, known.previous?.[code], now))
  if (uses.some((use) => use === null)) return null
  return verdict(Object.values(limits).every((limit, at) => uses[at] <= limit))
}

function perDay(value, previous, now) {
  if (typeof value !== "number" || !previous) return null
  return (value - previous.value) / Math.max(1, (now - previous.at) / DAY_MS)
}

function passes() {
  return "pass"
}

function verdict(good) {
  return good ? "pass" : "fail"
}

function isWithin({ min, max }, value) {
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity)
}

function isInTime({ latest, plan, tolerance_minutes: tolerance }, value, planTimes) {
  const planned = planTimes?.[plan]
  if (!planned) return !latest || minutesIntoDay(value) <= minutesIntoDay(latest)
  const apart = Math.abs(minutesOf(value) - minutesOf(planned))
  return Math.min(apart, MINUTES_A_DAY - apart) <= (tolerance ?? 0)
}

function judgePair({ pair }, first, second) {
  if (second === undefined || second === null || second === "") return null
  if (pair.rule === "equal") return verdict(first === second)
  if (pair.rule === "at_most") return verdict(first <= second)
  if (pair.rule === "minutes") return verdict(minutesFrom(first, second) <= pair.limit)
  return "pass"
}

function minutesOf(clock) {
  const [hours, minutes] = clock.split(":").map(Number)
  return hours * 60 + minutes
}

// After midnight is later than any evening, until the night ends.
function minutesIntoDay(clock) {
  return (minutesOf(clock) - NIGHT_ENDS + MINUTES_A_DAY) % MINUTES_A_DAY
}

// Minutes by which one clock time of a day is later than another.
export const minutesAfter = (clock, other) => minutesIntoDay(clock) - minutesIntoDay(other)

// From one clock time to the next, over midnight when the second is earlier.
function minutesFrom(first, second) {
  return (minutesOf(second) - minutesOf(first) + MINUTES_A_DAY) % MINUTES_A_DAY
}
