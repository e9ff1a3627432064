"""What a camera would have seen, for the demo of the README's pictures."""

import io

from PIL import Image, ImageDraw, ImageFilter

DARK = (74, 50, 34)
WALLS = (
    ([(0, 900), (420, 520), (780, 520), (1200, 900)], (132, 126, 116)),
    ([(0, 0), (420, 260), (420, 520), (0, 900)], (178, 172, 160)),
    ([(1200, 0), (780, 260), (780, 520), (1200, 900)], (160, 154, 143)),
    ([(0, 0), (420, 260), (780, 260), (1200, 0)], (214, 212, 206)),
    ([(420, 260), (780, 260), (780, 520), (420, 520)], (98, 104, 110)),
)


def picture(subject: str) -> bytes:
    """A corridor with boxes or a puddle in it."""
    image = Image.new("RGB", (1200, 900))
    draw = ImageDraw.Draw(image)
    for shape, fill in WALLS:
        draw.polygon(shape, fill=fill)
    draw.rectangle([520, 300, 680, 520], fill=(150, 60, 48), outline=DARK, width=6)
    draw.rectangle([545, 272, 655, 294], fill=(24, 140, 84))
    if "opening" in subject or "fire" in subject:
        draw.rectangle([360, 520, 760, 760], fill=(170, 124, 74), outline=DARK, width=8)
        draw.rectangle(
            [430, 400, 700, 520], fill=(196, 156, 104), outline=DARK, width=6
        )
    else:
        draw.ellipse([330, 640, 880, 800], fill=(96, 110, 122))
        draw.polygon([(700, 720), (760, 520), (820, 720)], fill=(232, 190, 40))
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.6)).save(out, "JPEG", quality=82)
    return out.getvalue()
