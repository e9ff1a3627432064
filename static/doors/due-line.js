// The door round among what is due: a line that leads to the roster.

import { clock } from "../floor/format.js"
import { t } from "../floor/i18n.js"
import { Board } from "./board.js"
import { doorsOf, dueAt, progress } from "./rules.js"

// [{bucket, opens_at, row}], none outside its hours.
export async function doorLine(known, now) {
  const due = known.doors?.walks && dueAt(known, now)
  if (!due) return []
  const { event, from, until } = due
  const { seen, all } = progress(doorsOf(known), (await Board.read(known, event)).looks)
  const isDone = seen === all
  const isLate = now > until && !isDone
  const time = clock(isLate ? until : from, known.time_zone)
  const left = isDone ? t("Done") : isLate ? t("Late since %(time)s", { time }) : t("From %(time)s", { time })
  const row = {
    key: `doors.${event}`, state: isDone ? "done" : isLate ? "late" : "due", left, href: "#doors",
    what: event === "opening" ? t("Shop doors, opening") : t("Shop doors, closing"),
    where: t("%(seen)s of %(all)s seen", { seen, all }),
  }
  const bucket = isDone ? "done" : now < from ? "next" : "now"
  return [{ bucket, opens_at: new Date(from).toISOString(), row }]
}
