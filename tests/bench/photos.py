"""Photos as phones send them: 1600 pixels, about 200 kB, each with bytes of its own."""

import io
from collections.abc import Iterator
from functools import cache
from uuid import uuid4

from PIL import Image, ImageFilter

SIZE = (1600, 1200)
BYTES = 200_000
COMMENT = b"\xff\xfe"  # a segment of a JPEG


def photos(how_many: int) -> Iterator[bytes]:
    """The same picture again and again, but for a comment in the file."""
    picture = _picture()
    for _ in range(how_many):
        comment = uuid4().bytes
        length = (len(comment) + 2).to_bytes(2)
        yield picture[:2] + COMMENT + length + comment + picture[2:]


@cache
def _picture() -> bytes:
    """Noise that is as hard to press as a photo is."""
    noise = Image.effect_noise(SIZE, 60).filter(ImageFilter.GaussianBlur(1.5))
    colours = Image.merge("RGB", [noise, noise.rotate(180), noise.transpose(0)])
    for quality in range(95, 5, -5):
        out = io.BytesIO()
        colours.save(out, "JPEG", quality=quality)
        if out.tell() <= BYTES:
            break
    return out.getvalue()
