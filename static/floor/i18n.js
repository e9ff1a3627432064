// Words of the app in the reader's language; the shell carries the catalogue.

const strings = JSON.parse(document.getElementById("strings").textContent)
const language = document.documentElement.lang

// t("Sending %(done)s/%(all)s", {done: 2, all: 3})
export function t(text, values = {}) {
  const words = strings[text] ?? text
  return words.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole)
}

// Content that carries its own languages: {"en": …, "zh-Hans": …}.
export function inWords(words) {
  return typeof words === "string" ? words : (words?.[language] ?? words?.en ?? "")
}
