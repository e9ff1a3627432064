// What is filled in before a handover is signed or accepted, while it is filled in. Pure.

export const KINDS = { sign: "handover_sign", accept: "handover_accept" }

export const FRESH = {
  sign: { reasons: {}, counts: {}, remarks: "", silence_confirmed: false },
  accept: { lines: {}, notes: {} },
}

const ASSET = "asset:"

// The part of the draft that one field changes. key: of the line the field belongs to.
export function changed(draft, field, value, key) {
  const put = (name, inner) => ({ [name]: { ...draft[name], [key ?? ""]: inner } })
  switch (field) {
    case "reason": return put("reasons", value)
    case "answer": return put("lines", value)
    case "note": return put("notes", value)
    case "count":
    case "count_note": return { counts: { ...draft.counts, ...counted(draft, field, value, key.slice(ASSET.length)) } }
    default: return { [field]: value } // remarks, silence_confirmed
  }
}

const counted = ({ counts }, field, value, code) =>
  ({ [code]: { ...counts[code], [field === "count" ? "count" : "note"]: value } })

// What a field of a line shows.
export function shownIn(draft, field, key) {
  switch (field) {
    case "reason": return draft.reasons[key]
    case "answer": return draft.lines[key]
    case "note": return draft.notes[key]
    case "count": return draft.counts[key.slice(ASSET.length)]?.count
    case "count_note": return draft.counts[key.slice(ASSET.length)]?.note
    default: return draft[field]
  }
}

// Every line that has no answer yet, accepted.
export function restAccepted({ lines }, left) {
  const rest = left.filter((key) => !lines[key]).map((key) => [key, "accepted"])
  return { lines: { ...lines, ...Object.fromEntries(rest) } }
}
