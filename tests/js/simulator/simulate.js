// Tells the story of a seed, checks the promises, and says how to tell it again.

import { tell } from "./story.js"
import { World } from "./world.js"

const LINES = 60 // of what happened last, told with a failure

// replay: the command that tells the story of a seed again, but for the seed.
export async function simulate(seed, makeServer, replay) {
  const world = await World.create(seed, makeServer)
  try {
    await tell(world)
  } catch (error) {
    const trace = world.trace.slice(-LINES).join("\n  ")
    throw new Error(`${error.message}\n  ${trace}\nTo see it again: SEED=${seed} ${replay}`, { cause: error })
  }
  return world
}

// SEED=7: that one. SEEDS=20000: that many. Those that failed once come first.
export function seedsToTell(usual, failedOnce, { SEED, SEEDS } = process.env) {
  if (SEED) return [Number(SEED)]
  const count = Number(SEEDS ?? usual)
  return [...new Set([...failedOnce, ...Array.from({ length: count }, (_, i) => i + 1)])]
}
