// The languages of the floor app, and which one to show. Pure.

const LANGUAGES = ["en", "zh-Hans", "zh-Hant"]

// chosen: by the person; wished: what the browser asks for, best first.
export function languageFor(chosen, wished) {
  if (LANGUAGES.includes(chosen)) return chosen
  return wished.map(ours).find(Boolean) ?? "en"
}

function ours(tag) {
  if (/^en\b/i.test(tag)) return "en"
  if (/^zh-(Hant|TW|HK|MO)\b/i.test(tag)) return "zh-Hant"
  return /^zh\b/i.test(tag) ? "zh-Hans" : null
}
