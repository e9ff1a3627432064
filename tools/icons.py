"""Build the icon sprite from the npm package lucide-static.

    npm pack lucide-static@1.62.0 && tar xzf lucide-static-1.62.0.tgz
    python tools/icons.py package static/vendor/lucide@1.62.0

To add an icon, add its name here and build again.
"""

import re
import sys
from pathlib import Path

ICONS = """
ban building-2 calendar camera check chevron-down chevron-left chevron-right chevron-up
circle-alert circle-help clock cloud-check cloud-off cloud-upload door-closed door-open
download ellipsis eye file-text filter flag flame hammer hand hourglass image info
key-round languages list-checks log-in log-out map-pin message-square-warning minus moon
notebook-pen pen-line plus printer refresh-cw rotate-ccw search send settings
shield-check siren smartphone spray-can store sun trash-2 triangle-alert user users
wrench x
"""

STYLE = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def symbol(name: str, svg: str) -> str:
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if drawing is None:
        raise ValueError(f"{name} is not an SVG drawing")
    shapes = "".join(line.strip() for line in drawing[1].splitlines())
    return f'<symbol id="icon-{name}" {STYLE}>{shapes}</symbol>'


def main(package: Path, target: Path) -> None:
    symbols = [
        symbol(name, (package / "icons" / f"{name}.svg").read_text())
        for name in ICONS.split()
    ]
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]
    (target / "sprite.svg").write_text("\n".join(lines))
    print(f"{len(symbols)} icons in {target / 'sprite.svg'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
