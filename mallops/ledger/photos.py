"""Photos: decoded within limits, kept as clean copies without any metadata."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import sqlalchemy as sa
from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from mallops.db import db
from mallops.errors import Refused
from mallops.ledger import queries, storage
from mallops.ledger.models import Photo

MAX_BYTES = 5_000_000
# A phone sends 1600 px; a script may send a camera's 24 megapixels. More than this
# could not be decoded within the memory of one server process.
MAX_PIXELS = 30_000_000
LONGEST_SIDE = 2048
THUMB_SIDE = 320
THUMB = "-thumb"
# An upload takes seconds; a file that old and without a row belongs to none.
LEFT_AFTER = timedelta(hours=1)

# A decoded photo and its copies take 40 MB. More at once than a process has of a core
# would be no faster, only larger.
_decoding = Lock()


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it is kept: upright, RGB, without metadata; and its thumbnail."""

    data: bytes
    thumb: bytes
    width: int
    height: int


def clean(data: bytes) -> CleanPhoto:
    """Decode and encode again, so that nothing but the picture is kept.

    Raises:
        Refused("not_an_image"): no whole JPEG (the sender's mistake).
        Refused("too_many_pixels"): larger than MAX_PIXELS.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with _decoding, Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                return _redraw(image)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Refused("not_an_image", _("This is not a whole JPEG.")) from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels() from error


def _too_many_pixels() -> Refused:
    return Refused("too_many_pixels", _("This photo has too many pixels."))


def _redraw(image: Image.Image) -> CleanPhoto:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # decodes at a fraction
    image.load()  # verify() would let a half-cut file pass
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A fresh canvas: comments and GPS would survive in the decoded image's info.
    canvas = Image.new("RGB", upright.size)
    canvas.paste(upright)
    small = canvas.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return CleanPhoto(_jpeg(canvas, 85), _jpeg(small, 75), *canvas.size)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def keep(mall_id: int, sha256: str, data: bytes, user_id: int, now: datetime) -> bool:
    """Keep a photo under the hash of the bytes the phone sealed. Flushes.

    The files come first and the row last, so that no writer waits for the decoding
    and a crash in between leaves nothing that a second try does not mend.

    Returns:
        True when it is new, False when this mall had it or has erased it.

    Raises:
        Refused("wrong_hash"): the bytes are not the ones named.
        Refused("not_an_image"), Refused("too_many_pixels"): see clean().
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused("wrong_hash", _("The photo did not arrive as it was sealed."))
    photo = clean(data)  # before the database is asked: on SQLite that takes its lock
    if queries.is_erased_photo(mall_id, sha256):
        return False  # an old phone brings back what was erased on purpose
    storage.store().put(mall_id, sha256, photo.data)
    storage.store().put(mall_id, sha256 + THUMB, photo.thumb)
    return _remember(mall_id, sha256, photo, user_id, now)


def _remember(
    mall_id: int, sha256: str, photo: CleanPhoto, user_id: int, now: datetime
) -> bool:
    row = {
        "mall_id": mall_id,
        "sha256": sha256,
        "stored_sha256": hashlib.sha256(photo.data).hexdigest(),
        "stored_bytes": len(photo.data),
        "width": photo.width,
        "height": photo.height,
        "uploaded_by_id": user_id,
        "received_at": now,
    }
    try:
        with db.session.begin_nested():
            db.session.execute(sa.insert(Photo).values(**row))
    except sa.exc.IntegrityError:  # sent twice at the same moment; the other one won
        return False
    return True


def sweep(now: datetime) -> int:
    """Remove the files that crashes left behind; returns how many."""

    def known(mall_id: int, name: str) -> bool:
        sha256 = name.removesuffix(THUMB)
        return queries.find_photo(mall_id, sha256) is not None

    return storage.store().sweep((now - LEFT_AFTER).timestamp(), known)
