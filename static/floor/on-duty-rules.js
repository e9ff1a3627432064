// Which shift of the walk pack is on duty: a phone may have been away while one ended.

// The first that has not ended, running or to come; null when the pack reaches no further.
export function shiftAt(shift, now) {
  let found = shift ?? null
  while (found && Date.parse(found.ends_at) <= now) found = found.next
  return found
}

export const runs = (shift, now) => Date.parse(shift.starts_at) <= now
