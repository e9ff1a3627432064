"""QR codes as one SVG path, which the policy of our pages allows inline."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import segno

QUIET = 4  # modules of white around a code, as readers want it


class Drawing(NamedTuple):
    """A code as one SVG path; ``size`` in modules, the white around it included."""

    size: int
    path: str


def drawing(text: str) -> Drawing:
    """The code of a text; level M: readable with a scratch across it."""
    rows = segno.make_qr(text, error="m", boost_error=False).matrix
    strokes = "".join(_strokes(y, row) for y, row in enumerate(rows, start=QUIET))
    return Drawing(len(rows) + 2 * QUIET, strokes)


def _strokes(y: int, row: bytearray) -> str:
    """The dark stretches of one line."""
    found, x = [], QUIET
    for is_dark, stretch in groupby(row):
        length = len(list(stretch))
        if is_dark:
            found.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(found)
