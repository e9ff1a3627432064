// The phone's own modules, read as they are and run with a world given to them: each page of
// each simulated phone gets its own instance, clock, network and storage. Understands the
// forms that mallops/floor/joined.py allows.

import { readFileSync } from "node:fs"
import { posix } from "node:path"

const STATIC = new URL("../../../static/", import.meta.url)
const IMPORT = /^import (?:(\{[^{}]*\}|\* as \w+) from )?"([^"]+)"$/gm
const HANDED_ON = /^export (\{[^{}]*\}) from "([^"]+)"$/gm
const DECLARED = /^export (?=(?:async )?(?:function|class|const) ([\w$]+))/gm
const LEFT_OVER = /^(?:import|export)\b.*/m
const IDB = "vendor/idb@8.0.4/idb.js" // storage.js stands in for it
const PARTS = ["outbox", "drain", "session", "store", "triggers"]

// What the modules get instead of node's own.
const WORLD = [
  "globalThis", "idb", "Date", "Math", "performance", "crypto", "setTimeout", "clearTimeout", "fetch",
  "navigator", "document", "addEventListener", "BroadcastChannel", "IDBKeyRange", "Blob",
]

const pathOf = (from, name) => posix.join(posix.dirname(from), name)
const need = (from, name) => `need(${JSON.stringify(pathOf(from, name))})`
const renamed = (names) => names.replaceAll(" as ", ": ")

function asFunction(path, text) {
  const exported = [...text.matchAll(DECLARED)].map(([, name]) => name)
  for (const [, names, name] of text.matchAll(HANDED_ON)) {
    exported.push(...names.match(/\w+/g).map((one) => `${one}: ${need(path, name)}.${one}`))
  }
  const body = text
    .replace(IMPORT, (_, names, name) => `${binding(names)}${need(path, name)}`)
    .replace(HANDED_ON, "")
    .replace(DECLARED, "")
  const left = body.match(LEFT_OVER)
  if (left) throw new Error(`${path}: ${left[0]}`)
  return `${JSON.stringify(path)}() {\n${body}\nreturn { ${exported.join(", ")} }\n}`
}

const binding = (names) =>
  names ? `const ${names.startsWith("*") ? names.slice("* as ".length) : renamed(names)} = ` : ""

function collect(path, found = new Map()) {
  if (found.has(path) || path === IDB) return found
  const text = readFileSync(new URL(path, STATIC), "utf8")
  found.set(path, text)
  for (const form of [IMPORT, HANDED_ON]) {
    for (const [, , name] of text.matchAll(form)) collect(pathOf(path, name), found)
  }
  return found
}

function compiled() {
  const found = new Map()
  for (const part of PARTS) collect(`sync/${part}.js`, found)
  const functions = [...found].map(([path, text]) => asFunction(path, text))
  const parts = PARTS.map((part) => `${part}: need("sync/${part}.js")`)
  return new Function(...WORLD, `"use strict"
const made = { ${JSON.stringify(IDB)}: idb }
const known = {\n${functions.join(",\n")}\n}
const need = (path) => made[path] ??= known[path]()
return { ${parts.join(", ")} }`)
}

const start = compiled()

// world: {name of WORLD: what it is here}. Returns the modules {outbox, drain, …}.
export const startModules = (world) => start(...WORLD.map((name) => world[name]))
