// What the walk pack knows for one checklist at one place: shown, and used to judge.

import { $, $$ } from "../floor/dom.js"
import { dayAndClock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { received, waiting } from "../sync/outbox.js"
import { ruleOf } from "./items.js"

const DAY_MS = 86_400_000

// {previous: {item code: {value, at}}, planTimes}; also fills in what needs no asking.
export async function knownFor(pack, draft, form) {
  if (!pack) return {}
  const rules = $$(".item", form).map(ruleOf)
  const previous = {}
  const meters = rules.filter(({ type }) => type === "meter")
  const own = meters.length ? await ownBodies(draft) : []
  for (const rule of meters) {
    const reading = lastReading(pack, draft.place, rule, own)
    if (reading) previous[rule.code] = { value: Number(reading.value), at: Date.parse(reading.read_at) }
    tellPrevious(rule, reading, pack)
  }
  for (const rule of rules.filter(({ plan }) => plan)) tellPlan(rule, pack.plan_times)
  for (const rule of rules.filter(({ auto }) => auto === "days_to_opening")) countDays(rule, draft, pack)
  return { previous, planTimes: pack.plan_times }
}

// What this phone recorded with the same checklist there: the pack may be older.
async function ownBodies({ checklist, place }) {
  const entries = [...(await waiting("inspection")), ...(await received("inspection"))]
  const bodies = entries.filter(({ held }) => !held).map(({ body }) => JSON.parse(body))
  return bodies.filter((body) => body.checklist === checklist && body.place === place)
}

// {value, read_at}, the latest there is, or undefined.
function lastReading({ readings }, place, { code, meter }, own) {
  const told = readings.filter((one) => one.spot === place && one.meter === meter)
  const taken = own.map(({ answers, finished_at: at }) => ({ value: answers[code]?.value, read_at: at }))
  const all = [...told, ...taken.filter(({ value }) => typeof value === "number")]
  return all.sort((a, b) => Date.parse(b.read_at) - Date.parse(a.read_at))[0]
}

function tellPrevious(rule, reading, { time_zone: zone }) {
  $(`#previous-${rule.code}`).textContent = reading
    ? t("before: %(value)s %(unit)s, %(time)s", {
        value: reading.value, unit: rule.unit ?? "", time: dayAndClock(reading.read_at, zone),
      })
    : t("no reading before")
}

function tellPlan({ code, plan }, planTimes) {
  const time = planTimes?.[plan]
  if (time) $(`#range-${code}`).textContent = t("planned %(time)s", { time })
}

function countDays({ code }, draft, { units, business_day: today }) {
  const opens = units.find(({ no }) => no === draft.place)?.opens_on
  const days = opens && Math.round((Date.parse(opens) - Date.parse(today)) / DAY_MS)
  if (days >= 0) draft.answers[code] ??= { value: days }
}
