import assert from "node:assert/strict"
import { test } from "node:test"

import { isCut } from "../../static/checklists/jpeg.js"

// 16 × 16 grey pixels, as Pillow writes them: baseline, and progressive with its ten scans.
const BASELINE = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAQABABAREA/8QAFgABAQEAAAAAAAAAAAAAAAAAAwAB/8QAIhABAAIBBAEFAQAAAAAAAAAAAQIRAxIhMUEEEyJRYYHx/9oACAEBAAA/AMk4oa4wcmEZJFhkQ32Brmj3fqdNr4yTJTiSd9OiONVC0qwBu2/vk7DxshgxacuqGJGWiVO5zvX8RetqscowxwnryaX06oOeYtfMO75N+3//2Q=="
const PROGRESSIVE = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wgALCAAQABABAREA/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAECA//aAAgBAQAAAAFXmf/EABgQAAMBAQAAAAAAAAAAAAAAAAABAiER/9oACAEBAAEFAsJJfFh//8QAGxAAAgEFAAAAAAAAAAAAAAAAAEEBESExgeH/2gAIAQEABj8CcbOF8FGj/8QAHBAAAgICAwAAAAAAAAAAAAAAAREAITHwUXGR/9oACAEBAAE/ISjAy0tdyzIfCEUTDJGWAAtNDyf/2gAIAQEAAAAQv//EABwQAQADAQADAQAAAAAAAAAAAAERITFBUWGh8f/aAAgBAQABPxBT0FCYLoGNg+k4ywiV2ioSkSAMyz706V6xpNm3H4i8qLFykBuqPPc6X1//2Q=="
const read = (text) => new Uint8Array(Buffer.from(text, "base64"))
const bytes = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]))
const segment = (marker, content) => [0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255, ...content]

for (const [name, text] of Object.entries({ BASELINE, PROGRESSIVE })) {
  const whole = read(text)
  // With its own small picture in an Exif segment, as every phone writes it.
  const withThumbnail = bytes(whole.slice(0, 2), segment(0xe1, read(BASELINE)), whole.slice(2))

  test(`${name}: whole, with a thumbnail or with something after its end`, () => {
    for (const one of [whole, withThumbnail]) {
      assert.equal(isCut(one), false)
      assert.equal(isCut(bytes(one, [0, 0, 0, 24], "ftypmp42".split("").map((c) => c.charCodeAt()))), false)
      assert.equal(isCut(bytes(one, read(BASELINE).slice(0, 50))), false)
    }
  })

  test(`${name}: cut at any byte`, () => {
    for (const one of [whole, withThumbnail]) {
      for (let length = 2; length < one.length; length++) assert.equal(isCut(one.slice(0, length)), true, `${length}`)
    }
  })
}

test("fill bytes before a marker and restarts in a scan are no end", () => {
  const whole = read(BASELINE)
  const head = whole.slice(0, -2)
  assert.equal(isCut(bytes(head, [0xff, 0xd0, 1, 2, 0xff, 0xd7, 0xff, 0])), true)
  assert.equal(isCut(bytes(head, [0xff, 0xd0, 1, 2, 0xff, 0xff, 0xff, 0xd9])), false)
})

test("of other formats nothing is said", () => {
  for (const one of [[], [0x89, 0x50, 0x4e, 0x47], [0xff], [0, 0, 0, 24, 0x66]]) assert.equal(isCut(bytes(one)), false)
})
