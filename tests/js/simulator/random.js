// Chance from a seed: the same seed tells the same story again.

// mulberry32: small, seeded, good enough. Returns a function: the next number in [0, 1).
export function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export class Dice {
  constructor(seed) {
    this.roll = randomFrom(seed)
  }

  chance(share) {
    return this.roll() < share
  }

  // A whole number; both ends are possible.
  between(least, most) {
    return least + Math.floor(this.roll() * (most - least + 1))
  }

  pick(list) {
    return list[this.between(0, list.length - 1)]
  }

  // A key of `weights`, {name: how often compared with the others}.
  pickWeighted(weights) {
    const names = Object.keys(weights)
    let left = this.roll() * names.reduce((sum, name) => sum + weights[name], 0)
    return names.find((name) => (left -= weights[name]) < 0) ?? names.at(-1)
  }
}
