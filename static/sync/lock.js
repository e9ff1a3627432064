// One task at a time in this browser.

const PATIENCE_MS = 120_000
let last = Promise.resolve()

// Where locks are missing, or a frozen page sits on one, the task runs all the same:
// what it does must be right then too, only with double work.
export async function alone(name, task) {
  if (!globalThis.navigator?.locks) return inTurn(task)
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS)
  try {
    return await navigator.locks.request(name, { signal: abort.signal }, () => {
      clearTimeout(timer)
      return task()
    })
  } catch (error) {
    if (error.name !== "AbortError") throw error
    return task()
  }
}

function inTurn(task) {
  const turn = last.then(task)
  last = turn.catch(() => {})
  return turn
}
