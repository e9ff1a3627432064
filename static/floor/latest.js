// Work that shows the state of things: two runs at once could end in the wrong order, and
// the older state would stay on screen.

// The same task, one run at a time; calls during a run are one more run after it. Resolves
// with a run that began after the call.
export function latest(task) {
  let last = Promise.resolve()
  let queued = null
  return () => {
    queued ??= last = last
      .catch(() => {})
      .then(() => {
        queued = null
        return task()
      })
    return queued
  }
}
