// What the walk pack knows for one checklist at one place: shown, and used to judge.

import { $, $$ } from "../floor/dom.js"
import { dayAndClock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { ruleOf } from "./items.js"

const DAY_MS = 86_400_000

// {previous: {item code: {value, at}}, planTimes}; also fills in what needs no asking.
export function knownFor(pack, draft, form) {
  if (!pack) return {}
  const rules = $$(".item", form).map(ruleOf)
  const previous = {}
  for (const rule of rules.filter(({ type }) => type === "meter")) {
    const reading = lastReading(pack, draft.place, rule.meter)
    if (reading) previous[rule.code] = { value: Number(reading.value), at: Date.parse(reading.read_at) }
    tellPrevious(rule, reading, pack)
  }
  for (const rule of rules.filter(({ plan }) => plan)) tellPlan(rule, pack.plan_times)
  for (const rule of rules.filter(({ auto }) => auto === "days_to_opening")) countDays(rule, draft, pack)
  return { previous, planTimes: pack.plan_times }
}

function lastReading({ readings }, place, meter) {
  return readings.find((one) => one.spot === place && one.meter === meter)
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
