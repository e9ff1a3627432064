"""QR codes for the doors: the plain address of a shop's row on the phone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from flask import current_app, request, url_for

from mallops import qr
from mallops.doors.lists import Shop
from mallops.doors.wall import Wall

drawing = lru_cache(maxsize=2000)(qr.drawing)


class Label(NamedTuple):
    """What is printed for one door."""

    shop: Shop
    address: str
    code: qr.Drawing


def labels(shown: Wall) -> Iterator[Label]:
    """For the shops asked for, in walking order."""
    origin = current_app.config["SETTINGS"].origin or request.host_url
    floor = f"{origin.rstrip('/')}{url_for('floor.shell')}"
    for tile in shown.shown:
        address = f"{floor}#door/{tile.shop.no}"
        yield Label(tile.shop, address, drawing(address))
