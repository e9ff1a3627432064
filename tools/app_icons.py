"""Render the app's icons from static/floor/icons/icon.svg, which is the drawing.

    python tools/app_icons.py

A maskable icon has no corners of its own and keeps its mark within the inner 80 %;
so has the one for iOS, which rounds corners itself.
"""

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.browser import find_chromium, launch_args  # noqa: E402

FOLDER = ROOT / "static" / "floor" / "icons"
COLOURS = 32
SIZES = {
    "icon-192": (192, False),
    "icon-512": (512, False),
    "maskable-192": (192, True),
    "maskable-512": (512, True),
    "apple-touch-icon": (180, True),
}


def square(svg: str) -> str:
    """The same drawing without round corners, its mark a little smaller."""
    full = svg.replace(' rx="112"', "")
    return re.sub(
        r"(<path.*</svg>)",
        lambda found: (
            '<g transform="translate(41 41) scale(.84)">'
            + found[1].replace("</svg>", "</g></svg>")
        ),
        full,
        flags=re.DOTALL,
    )


def render(page: Page, svg: str, size: int) -> bytes:
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")
    shot = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    small = shot.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def main() -> None:
    drawing = (FOLDER / "icon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=launch_args()
        )
        page = browser.new_page()
        for name, (size, is_square) in SIZES.items():
            svg = square(drawing) if is_square else drawing
            data = render(page, svg, size)
            (FOLDER / f"{name}.png").write_bytes(data)
            print(f"{name}.png {len(data)} bytes")
        browser.close()


if __name__ == "__main__":
    main()
