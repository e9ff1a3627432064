// The bodies of `finding` and `finding_update` from what the forms were filled in with. Pure.

export const OPERATIONS = "-" // no team: the mall's own people; "" is not chosen yet
const DETAILS = {
  incident: ["emergency_called", "people", "course", "told"],
  complaint: ["complainant", "from_whom", "contact", "wish"],
}
const MOST_TOLD = 20
const LONGEST_LINE = 200

// What a report still needs: "place", "text" (or a photo), "photo" (of the result); or null.
export function missingIn({ place, text, photos, fixed_on_spot: isFixed }) {
  if (!place) return "place"
  if (!text.trim() && !photos.length) return "text"
  return isFixed && !photos.length ? "photo" : null
}

export function bodyOf({ category, severity, text, photos, fixed_on_spot: isFixed, ...fields }, { code, kind }) {
  const isUnit = kind === "unit"
  return {
    category, severity, text: text.trim(), place: isUnit ? null : code, unit: isUnit ? code : null, photos,
    team: null, fixed_on_spot: Boolean(isFixed), details: filled(fields, DETAILS[category] ?? []),
  }
}

// What was filled in of these fields.
function filled(fields, names) {
  const values = names.map((name) => [name, fields[name]?.trim?.() ?? fields[name]]).filter(([, value]) => value)
  return Object.fromEntries(values.map(([name, value]) => [name, name === "told" ? toldIn(value) : value]))
}

// One line each, "Duty manager 10:32"; what is too many shares the last one.
function toldIn(text) {
  const lines = text.split("\n").filter((line) => line.trim())
  const rest = lines.splice(MOST_TOLD - 1).join("; ")
  return [...lines, rest].filter(Boolean).map((line) => {
    const [, who, at = ""] = line.trim().match(/^(.*?)[\s,，]*(\d{1,2}:\d{2})?$/)
    return { who: who.slice(0, LONGEST_LINE), at }
  })
}

// `at`: the moment of saving, for what was told to somebody just now.
export function updateOf({ finding, step, seen, text, photos, outcome_told: isTold, ...fields }, { needs }, at) {
  const asked = ["waiting_for", "team", "severity"].filter((need) => needs.includes(need))
  const given = asked.map((need) => [need, fields[need] === OPERATIONS ? null : fields[need]])
  const details = { ...filled(fields, ["outcome"]), ...(isTold && { outcome_told_at: at }) }
  return { finding, step, seen, text: text.trim(), photos, ...Object.fromEntries(given), ...(step === "fix" && { details }) }
}
