"""What people and attackers upload as a photo, and what is answered to each.

One table for both doors: the phone's, which takes JPEG alone, and the forms at the
desk, which take PNG and WebP as well. What is kept is drawn anew: nothing of
``payload`` is in what is served.
"""

import io
import struct
import zipfile
import zlib
from typing import NamedTuple

from PIL import Image, PngImagePlugin

from tests.ledger.pictures import (
    HTML,
    PLAIN,
    SECRET,
    SVG,
    animated,
    claiming,
    corners,
    encoded,
    talkative,
    zipped,
)

KEPT, NO_IMAGE, TOO_MANY, TOO_LARGE = "kept", "not_an_image", "too_many_pixels", "size"
# In two halves, so that no scanner takes this file for what it is about.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"/*\xff\xd8\xff*/alert(document.domain)//"


class Sample(NamedTuple):
    """What is sent, what the phone's door and the desk's form make of it."""

    data: bytes
    phone: str
    desk: str
    payload: bytes = b""


def both(data, answer, payload=b""):
    return Sample(data, answer, answer, payload)


def at_desk(data, payload=b""):
    """No JPEG, so not for the phone's door."""
    return Sample(data, NO_IMAGE, KEPT, payload)


def with_comment(payload):
    return encoded(corners(), comment=payload)


def inside_a_zip(data):
    """A ZIP whose first member is stored as it is: the JPEG stands in the file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("photo.jpg", data)
        archive.writestr("../../evil.sh", "rm -rf /")
    return out.getvalue()


def png_claiming(width, height):
    """A PNG of a few bytes whose header claims that size."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(body)) + kind + body
        + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_with_bomb_of_text():
    """10 MB of letters in a few kilobytes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 10_000_000, zip=True)
    return encoded(corners(), "PNG", pnginfo=info)


def png_that_talks():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    return encoded(corners(), "PNG", pnginfo=info)


NOISE = encoded(Image.effect_noise((400, 300), 80).convert("RGB"))
PNG = encoded(corners(), "PNG")

CORPUS = {
    # -- Photos as they should be
    "a JPEG": both(PLAIN, KEPT),
    "a PNG": at_desk(PNG),
    "a WebP": at_desk(encoded(corners(), "WEBP")),
    # -- Photos that say more than they show
    "a JPEG with GPS, comment, profile and XMP": both(talkative(), KEPT, SECRET),
    "a PNG with a comment": at_desk(png_that_talks(), SECRET),
    # -- Two things in one file
    "a JPEG with a page in its comment": both(with_comment(HTML), KEPT, HTML),
    "a JPEG with a page behind": both(PLAIN + HTML, KEPT, HTML),
    "a JPEG with an SVG behind": both(PLAIN + SVG, KEPT, SVG),
    "a JPEG with a ZIP behind": both(PLAIN + zipped(), KEPT, b"run.sh"),
    "a JPEG with a script in its comment": both(with_comment(SCRIPT), KEPT, b"alert"),
    "a ZIP with a JPEG inside": both(inside_a_zip(PLAIN), NO_IMAGE),
    "a page with a JPEG behind": both(HTML + PLAIN, NO_IMAGE),
    "a ZIP with a JPEG behind": both(zipped() + PLAIN, NO_IMAGE),
    "a shell script with a JPEG behind": both(b"#!/bin/sh\n" + PLAIN, NO_IMAGE),
    "a GIF that is JavaScript": both(b"GIF89a/*" + bytes(9) + b"*/=alert(1)", NO_IMAGE),
    "a PNG with a ZIP behind": at_desk(PNG + zipped(), b"run.sh"),
    # -- What a virus scanner would find
    "EICAR": both(EICAR, NO_IMAGE),
    "EICAR behind a JPEG": both(PLAIN + EICAR, KEPT, EICAR),
    "EICAR in the comment of a JPEG": both(with_comment(EICAR), KEPT, EICAR),
    "EICAR with the first bytes of a JPEG": both(b"\xff\xd8\xff" + EICAR, NO_IMAGE),
    # -- Something else under the name of a photo
    "an SVG": both(SVG, NO_IMAGE),
    "a page": both(HTML, NO_IMAGE),
    "a zip": both(zipped(), NO_IMAGE),
    "a GIF": both(encoded(corners(), "GIF"), NO_IMAGE),
    "an animated GIF": both(animated("GIF"), NO_IMAGE),
    "an animated PNG": at_desk(animated("PNG")),
    "a TIFF": both(encoded(corners(), "TIFF"), NO_IMAGE),
    "a BMP": both(encoded(corners(), "BMP"), NO_IMAGE),
    "a HEIC": both(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, NO_IMAGE),
    "a PDF": both(b"%PDF-1.7\n%%EOF", NO_IMAGE),
    "an EPS": both(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NO_IMAGE),
    "text": both(b"a JPEG, honestly", NO_IMAGE),
    "zeros": both(bytes(5000), NO_IMAGE),
    "one byte": both(b"\xff", NO_IMAGE),
    # -- Cut short
    "the first bytes of a JPEG": both(PLAIN[:4], NO_IMAGE),
    "half a JPEG": both(NOISE[: len(NOISE) // 2], NO_IMAGE),
    "a JPEG without its end": both(NOISE[: int(len(NOISE) * 0.99)], NO_IMAGE),
    "half a PNG": both(PNG[: len(PNG) // 2], NO_IMAGE),
    # -- Bombs
    "a JPEG that claims 100 megapixels": both(claiming(10_000, 10_000), TOO_MANY),
    "a JPEG that claims 400 megapixels": both(claiming(20_000, 20_000), TOO_MANY),
    "a JPEG as large as one can say": both(claiming(65_535, 65_535), TOO_MANY),
    "a PNG that claims 16 megapixels": Sample(
        png_claiming(4000, 4000), NO_IMAGE, TOO_MANY
    ),
    "a PNG that claims 400 megapixels": Sample(
        png_claiming(20_000, 20_000), NO_IMAGE, TOO_MANY
    ),
    "a PNG that claims to be endless": Sample(
        png_claiming(2**31 - 1, 2**31 - 1), NO_IMAGE, TOO_MANY
    ),
    "a PNG with 10 MB of text in little": both(png_with_bomb_of_text(), NO_IMAGE),
    "more than 5 MB": both(PLAIN + bytes(5_000_000), TOO_LARGE),
}  # fmt: skip

# Names that a form may send a file under; none of them names anything of ours.
NAMES = (
    "../../../../etc/passwd",
    "..\\..\\evil.exe",
    "/etc/cron.d/evil.jpg",
    "evil.php\0.jpg",
    "con.jpg",
    '"><script>alert(1)</script>.jpg',
    "a\r\nSet-Cookie: x=1.jpg",
    "\u202egnp.exe",
    "x" * 3000,
    ".htaccess",
)
