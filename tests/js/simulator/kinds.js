// What forms hand to the outbox, by kind of entry: (words, draft) → body.
// draft: {id, hashes, at, …}; `finding` of it: an earlier finding of the same mall, or null.

const note = (text, { hashes }) => ({ text, place: null, photos: hashes })

const finding = (text, { hashes }) => ({
  category: "hygiene", severity: "S3", text, place: "L1-A", unit: null, photos: hashes, team: null,
  fixed_on_spot: false, details: {},
})

// Some of a finding that nobody has: a supervisor decides.
const finding_update = (text, { id, hashes, finding: of }) => ({
  finding: id < "3" ? id : of, step: "comment", seen: "open", text, photos: hashes, waiting_for: null,
})

// Each door is looked at more than once.
const door = (words, { id, hashes, at }) => ({
  unit: `L1-00${1 + (id.charCodeAt(0) % 3)}`, event: "opening", status: id < "8" ? "not_open" : "on_time",
  seen_at: at, how: "tap", note: words, photos: hashes,
})

const inspection = (words, { hashes, at }) => ({
  checklist: "opening", version: 1, place: "L1-A", round: null, started_at: at, finished_at: at,
  answers: { O01: { value: "pass" }, O08: { value: "fail", note: words, photos: hashes, fixed_on_spot: false } },
  aborted: null,
})

export const KINDS = { note, finding, finding_update, door, inspection }
