// Signing out on purpose, from a desk page: what is unfinished leaves the phone with the
// person, what is sealed stays. Does nothing in a browser that never opened the app.

import { drafts } from "../sync/drafts.js"
import { installId } from "../sync/install.js"
import { forgetPerson } from "../sync/session.js"

const form = document.getElementById("leave")
form?.addEventListener("submit", leave)

async function leave(event) {
  event.preventDefault()
  try {
    if ((await isPhone()) && !(await tidied())) return
  } catch {
    // storage that fails must not keep anybody signed in
  }
  form.submit()
}

async function isPhone() {
  const known = await indexedDB.databases()
  return known.some(({ name }) => name === "mallops-user")
}

async function tidied() {
  const count = (await drafts()).length
  if (count && !confirm(form.dataset.warning.replace("{count}", count))) return false
  form.elements.install.value = await installId()
  await forgetPerson()
  return true
}
