"""Photos sent with a desk form: made a JPEG where they are not, kept like a phone's."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from werkzeug.datastructures import FileStorage

from mallops.errors import Refused
from mallops.ledger import photos

MOST = 4  # photos of one step
MOST_BYTES = MOST * photos.MAX_BYTES + 500_000  # of a form with all of them
QUALITY = 90
# A PNG cannot be decoded at a fraction, as a JPEG can; a screen has 8 megapixels.
MAX_PIXELS = 12_000_000


def chosen(files: Iterable[FileStorage]) -> list[bytes]:
    """What was chosen, as JPEGs; empty fields are left out.

    Raises:
        Refused: too many, too large, or no photo (the sender's mistake).
    """
    found = [data for file in files if (data := file.read(photos.MAX_BYTES + 1))]
    if len(found) > MOST:
        raise Refused(
            "too_many_photos", _("Send at most %(count)s photos at once.", count=MOST)
        )
    return [_as_jpeg(data) for data in found]


def keep(mall_id: int, data: bytes, user_id: int, now: datetime) -> str:
    """Keep one photo; its name. Flushes.

    Raises:
        Refused: it cannot be decoded within the limits (the sender's mistake), or
            the disk is full.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        photos.keep(mall_id, sha256, data, user_id, now)
    except OSError as error:
        text = _("The server has no room for photos now. Send it without, or later.")
        raise Refused("no_room", text) from error
    return sha256


def _as_jpeg(data: bytes) -> bytes:
    if len(data) > photos.MAX_BYTES:
        raise Refused("photo_too_large", _("A photo is larger than 5 MB."))
    return data if data.startswith(b"\xff\xd8") else _converted(data)


def _converted(data: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=["PNG", "WEBP"]) as image:
                return _on_white(image)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            text = _("A file is no whole photo. JPEG, PNG and WebP can be sent.")
            raise Refused("not_an_image", text) from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels() from error


def _on_white(image: Image.Image) -> bytes:
    """A transparent drawing has no paper of its own."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    drawn = ImageOps.exif_transpose(image).convert("RGBA")
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _too_many_pixels() -> Refused:
    return Refused("too_many_pixels", _("This photo has too many pixels."))
