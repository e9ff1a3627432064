"""QR codes for the doors: the plain address of a shop's row on the phone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import segno
from flask import current_app, request, url_for

from mallops.doors.lists import Shop
from mallops.doors.wall import Wall

QUIET = 4  # modules of white around a code, as readers want it


class Drawing(NamedTuple):
    """A code as one SVG path; ``size`` in modules, the white around it included."""

    size: int
    path: str


class Label(NamedTuple):
    """What is printed for one door."""

    shop: Shop
    address: str
    code: Drawing


def labels(shown: Wall) -> Iterator[Label]:
    """For the shops asked for, in walking order."""
    origin = current_app.config["SETTINGS"].origin or request.host_url
    floor = f"{origin.rstrip('/')}{url_for('floor.shell')}"
    for tile in shown.shown:
        address = f"{floor}#door/{tile.shop.no}"
        yield Label(tile.shop, address, drawing(address))


@lru_cache(maxsize=2000)
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
