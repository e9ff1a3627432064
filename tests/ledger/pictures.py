"""Pictures as cameras, jokers and attackers make them."""

import io
import zipfile

from PIL import Image

# How each EXIF orientation lays an upright picture down on the sensor.
LAID_DOWN = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
SECRET = b"31.2304N-121.4737E-Anna"
GPS, ORIENTATION, MAKER, DESCRIPTION = 0x8825, 0x0112, 0x010F, 0x010E


def encoded(image, format_="JPEG", **given):
    out = io.BytesIO()
    image.save(out, format_, **given)
    return out.getvalue()


def corners():
    """64 × 32: red, green, blue and yellow corners."""
    image = Image.new("RGB", (64, 32))
    for box, colour in (
        ((0, 0, 32, 16), (255, 0, 0)),
        ((32, 0, 64, 16), (0, 255, 0)),
        ((0, 16, 32, 32), (0, 0, 255)),
        ((32, 16, 64, 32), (255, 255, 0)),
    ):
        image.paste(colour, box)
    return image


def turned(orientation):
    """The corners as a camera held that way writes them."""
    how = LAID_DOWN[orientation]
    image = corners() if how is None else corners().transpose(how)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image, exif=exif, quality=95)


def talkative():
    """A JPEG that says where, when and by whom in every way a JPEG can."""
    exif = Image.Exif()
    exif[DESCRIPTION] = SECRET.decode()
    exif[MAKER] = "Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 13.0, 49.0), 29: SECRET.decode()})
    data = encoded(
        corners(), exif=exif, comment=SECRET, icc_profile=b"ICC" + SECRET,
        xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>",
    )  # fmt: skip
    assert data.count(SECRET) >= 4
    return data


def claiming(width, height, data=None):
    """A small JPEG whose header claims to be of another size."""
    data = bytearray(data or encoded(Image.new("RGB", (64, 64))))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.sh", "rm -rf /")
    return out.getvalue()


def animated(format_):
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    return encoded(frames[0], format_, save_all=True, append_images=frames[1:])


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PLAIN = encoded(corners())
