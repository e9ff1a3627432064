"""Photos as they leave the phone: upright, small, nothing but pixels (A73)."""

import io

from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825


def camera_jpeg(size=(3000, 2000)) -> bytes:
    """Red above blue once turned upright, with the camera's orientation and a place."""
    image = Image.new("RGB", size, (200, 0, 0))
    image.paste((0, 0, 200), (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn right to see it upright
    exif[GPS] = {1: "N", 2: (31.0, 13.0, 0.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def note_with(phone, buffer, name="photo.jpg", mime="image/jpeg"):
    phone.go("note")
    file = {"name": name, "mimeType": mime, "buffer": buffer}
    phone.page.set_input_files("#note-form [capture]", file)


def kept_photo(phone) -> Image.Image:
    phone.page.wait_for_selector("#note-form .thumb")
    data = phone.ask(
        "sync/drafts",
        "{ const [draft] = await m.drafts();"
        " const [photo] = await m.photosOf(draft.id);"
        " return [...new Uint8Array(photo.bytes)] }",
    )
    assert len(data) <= 300_000
    return Image.open(io.BytesIO(bytes(data)))


def test_a_photo_is_upright_small_and_without_metadata(phone):
    note_with(phone, camera_jpeg())
    photo = kept_photo(phone)
    assert photo.format == "JPEG"
    assert max(photo.size) == 1600
    assert photo.height > photo.width
    assert not photo.getexif()
    top, bottom = photo.getpixel((500, 200)), photo.getpixel((500, 1400))
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]


def test_a_small_photo_is_not_blown_up(phone):
    note_with(phone, camera_jpeg((300, 200)))
    assert kept_photo(phone).size == (200, 300)


def test_half_a_photo_and_heic_are_refused_in_words_and_nothing_is_lost(phone):
    phone.go("note")
    phone.page.fill("#note-text", "Kept")
    note_with(phone, camera_jpeg()[:300])
    error = phone.page.locator("#note-form .photos [role=alert]")
    error.wait_for()
    assert "damaged" in error.inner_text()
    note_with(phone, b"\0\0\0 ftypheic", "photo.heic", "image/heic")
    phone.wait_until(
        "document.querySelector('#note-form .photos [role=alert]')"
        ".textContent.includes('HEIC')"
    )
    assert phone.page.input_value("#note-text") == "Kept"


def test_a_jpeg_that_ends_too_soon_is_refused_though_the_browser_draws_it(phone):
    whole = camera_jpeg()
    note_with(phone, whole[: len(whole) // 2])
    error = phone.page.locator("#note-form .photos [role=alert]")
    error.wait_for()
    assert "the file ends before the picture does" in error.inner_text()
    assert phone.page.locator("#note-form .thumb").count() == 0
    note_with(phone, whole + b"what some cameras add after the end")
    phone.page.wait_for_selector("#note-form .thumb")
    assert error.is_hidden()


def test_a_photo_can_be_removed_before_sealing(phone):
    note_with(phone, camera_jpeg((300, 200)))
    phone.page.click("#note-form .photos__remove")
    phone.page.fill("#note-text", "Without photo")
    phone.page.click("#note-form .button--primary")
    phone.wait_saved()
    [entry] = phone.entries()
    assert entry["body"] == {"text": "Without photo", "place": None, "photos": []}


PHOTO_LINE = """(async () => {
  const db = await m.userDb()
  const kept = await db.get("pack", "pack")
  await db.put("pack", { ...kept, pack: { ...kept.pack, photo_line: true } }, "pack")
})()"""


def test_where_the_mall_wants_it_time_and_person_are_burnt_in(phone):
    phone.ask("sync/db", PHOTO_LINE)
    phone.page.reload()
    white = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(white, "JPEG")
    note_with(phone, white.getvalue())
    photo = kept_photo(phone).convert("L")
    assert photo.getpixel((4, 300)) > 240
    assert photo.getpixel((4, 590)) < 140
    assert photo.crop((8, 570, 400, 596)).getextrema()[1] > 220  # the words


def test_a_photo_of_a_hundred_megapixels_comes_out_small(phone):
    large = io.BytesIO()
    Image.new("L", (12_000, 8_500), 128).save(large, "JPEG", quality=30)
    note_with(phone, large.getvalue())
    assert max(kept_photo(phone).size) == 1600
