// The language of the floor app: chosen by the person, else the browser's.

import { outboxDb } from "./db.js"
import { languageFor } from "./languages.js"

export async function language() {
  const chosen = await (await outboxDb()).get("meta", "language")
  return languageFor(chosen, globalThis.navigator?.languages ?? [])
}

export async function chooseLanguage(code) {
  await (await outboxDb()).put("meta", code, "language")
}
