// Photos of a desk form are made as small as those of the floor before they are sent.
// A file this browser cannot open is sent as it is; the server says what is wrong with it.

import { shrink } from "../checklists/photos.js"

document.addEventListener("change", async ({ target }) => {
  if (!target.matches("input[type=file][data-shrink]") || target.files.length === 0) return
  const button = target.form.querySelector("button:not([type=button])")
  button.disabled = true
  const small = new DataTransfer()
  for (const file of target.files) small.items.add(await smaller(file))
  target.files = small.files
  button.disabled = false
})

async function smaller(file) {
  try {
    return new File([await shrink(file)], "photo.jpg", { type: "image/jpeg" })
  } catch {
    return file
  }
}
