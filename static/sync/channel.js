// News between pages and the worker of one browser: {type: "changed" | "sealed" |
// "progress" | "person" | "blocked" | "outdated", …}.

const listeners = new Set()
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel("mallops-sync") : null
if (others) others.onmessage = (event) => tell(event.data)

function tell(news) {
  for (const listener of listeners) listener(news)
}

export function announce(news) {
  announceElsewhere(news)
  queueMicrotask(() => tell(news))
}

// To the other pages and the worker, not to this one.
export function announceElsewhere(news) {
  others?.postMessage(news)
}

// Returns the function that stops listening.
export function listen(type, callback) {
  const listener = (news) => news.type === type && callback(news)
  listeners.add(listener)
  return () => listeners.delete(listener)
}
