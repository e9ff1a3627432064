// Places and units of the walk pack, found by code or by what somebody types. Pure.

// {code, kind, floor, zone, name (words)} or null.
export function findSpot(pack, code) {
  return spotsOf(pack).get(code) ?? null
}

// By code, made once for a pack: a list of what is due looks up hundreds.
const known = new WeakMap()
function spotsOf({ places, units }) {
  if (!known.has(places)) {
    const spots = [...units.map(unitSpot), ...places] // a place goes before a unit of its name
    known.set(places, new Map(spots.map((spot) => [spot.code, spot])))
  }
  return known.get(places)
}

function unitSpot(unit) {
  const { no, floor, zone, tenant } = unit
  return { code: no, kind: "unit", floor, zone, name: tenant, unit }
}

// "L1-023 · Blue Bottle", "Atrium north · L1"
export function spotLine(spot, inWords) {
  if (!spot) return ""
  const name = inWords(spot.name)
  if (spot.kind === "unit") return name ? `${spot.code} · ${name}` : spot.code
  return name.includes(spot.floor) ? name : `${name} · ${spot.floor}`
}

// Spots where a checklist of these kinds is walked and that fit the words, best first.
export function search(pack, kinds, query, most = 12) {
  const wanted = query.normalize("NFKC").trim().toLowerCase()
  const spots = [...pack.places, ...pack.units.map(unitSpot)]
  const fitting = spots
    .filter(({ kind }) => kinds.includes(kind))
    .map((spot) => ({ spot, rank: rankOf(spot, wanted) }))
    .filter(({ rank }) => rank < 3)
  return fitting.sort((a, b) => a.rank - b.rank).slice(0, most).map(({ spot }) => spot)
}

function rankOf(spot, wanted) {
  if (spot.code.toLowerCase().startsWith(wanted)) return 0
  if (spot.code.toLowerCase().includes(wanted)) return 1
  const names = Object.values(spot.name ?? {}).join(" ").toLowerCase()
  return names.includes(wanted) ? 2 : 3
}
