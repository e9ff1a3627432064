"""``make bench``: measure, and print each figure beside its budget.

    python -m tests.bench [--write] [PART...]

``--write`` puts the figures into docs/performance.md as well.
"""

import importlib
import os
import sys

from tests.bench import report
from tests.bench.figures import Figure, table

PARTS = (
    "start", "weight", "floor", "roster", "pack", "batch", "costs", "day", "findings",
    "wall", "handover", "restore",
)  # fmt: skip
LONG = ("ten_million",)  # only where it is asked for: half an hour, 70 GB


def main() -> None:
    asked = [word for word in sys.argv[1:] if word != "--write"]
    if unknown := set(asked) - {*PARTS, *LONG}:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {PARTS + LONG}")
    busy = os.getloadavg()[0]  # what others run makes every figure worse
    print(f"{os.cpu_count()} cores; processes that wanted one before: {busy:.1f}")
    measured = {}
    for part in asked or PARTS:
        measured[part] = _measure(part)
        if "--write" in sys.argv:
            report.write({part: measured[part]}, busy)
    print(table([figure for figures in measured.values() for figure in figures]))


def _measure(part: str) -> list[Figure]:
    found = []
    for figure in importlib.import_module(f"tests.bench.{part}").figures():
        print(f"{part}: {figure.name}: {figure.measured}", file=sys.stderr)
        found.append(figure)
    return found


if __name__ == "__main__":
    main()
