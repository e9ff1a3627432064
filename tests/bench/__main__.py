"""``make bench``: measure, and print each figure beside its budget."""

import importlib
import os
import sys

from tests.bench.figures import table

PARTS = (
    "batch", "day", "findings", "handover", "wall", "weight", "floor", "roster", "pack",
)  # fmt: skip


def main() -> None:
    found = []
    busy = os.getloadavg()[0]  # what others run makes every figure worse
    print(f"{os.cpu_count()} cores; processes that wanted one before: {busy:.1f}")
    for part in sys.argv[1:] or PARTS:
        for figure in importlib.import_module(f"tests.bench.{part}").figures():
            print(
                f"{part}: {figure.name}: {figure.value:.3g} {figure.unit}",
                file=sys.stderr,
            )
            found.append(figure)
    print(table(found))


if __name__ == "__main__":
    main()
