// Puts a piece of server-rendered HTML into the page; the worker has it offline too.
// (htmx would be a third of all the app's JavaScript for this one request.)

// Resolves with whether it arrived whole.
export async function loadFragment(url, target) {
  const text = await textOf(url).catch(() => null)
  if (text === null) return false
  const page = new DOMParser().parseFromString(text, "text/html") // runs no script
  target.replaceChildren(...page.body.childNodes)
  return true
}

// A network that swallows everything keeps nobody here: leaving the view ends the wait.
async function textOf(url) {
  const leaving = new AbortController()
  addEventListener("hashchange", () => leaving.abort(), { once: true })
  const response = await fetch(url, { signal: leaving.signal })
  return response.ok && !response.redirected ? response.text() : null
}
