"""The sign-in sheet of a day as it looks on paper: floor by floor, a line a shop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext as _

from mallops import web
from mallops.doors import lists
from mallops.doors.lists import Look
from mallops.doors.said import said
from mallops.doors.standing import Seen, group_of
from mallops.doors.wall import Tile, Wall
from mallops.doors.words import EVENTS, REASONS

# Groups of standing in which the door was seen as the event wants it.
_SEEN_SO = frozenset({"on_time", "late", "unclear", "early", "after_hours", "approved"})


class Line(NamedTuple):
    """One shop on the sheet."""

    number: int
    no: str
    name: str
    opened: str
    closed: str
    status: str
    officers: str
    remark: str


class Floor(NamedTuple):
    """One table of the sheet."""

    code: str
    name: str
    lines: list[Line]


def floors(shown: Wall) -> Iterator[Floor]:
    looks = lists.looks_on(shown.mall.id, shown.day)
    for code, zones in shown.floors:
        tiles = [tile for _zone, some in zones for tile in some]
        lines = [_line(shown, n, tile, looks) for n, tile in enumerate(tiles, start=1)]
        yield Floor(code, shown.offered.floor_name(code), lines)


def _line(
    shown: Wall, number: int, tile: Tile, looks: dict[tuple[int, str], list[Look]]
) -> Line:
    shop = tile.shop
    behind = [one for event in EVENTS for one in looks.get((shop.id, event), [])]
    return Line(
        number,
        shop.no,
        web.in_words(shop.name) if shop.name else "",
        _time(shown, "opening", tile.doors.opening),
        _time(shown, "closing", tile.doors.closing),
        _status(shown, tile),
        web.between_names().join(dict.fromkeys(one.by for one in behind if one.by)),
        _("; ").join(_remarks(behind)),
    )


def _time(shown: Wall, event: str, seen: Seen) -> str:
    """When the door was first seen so; a closing that went on has no time yet."""
    if group_of(event, seen) not in _SEEN_SO:
        return ""
    is_open_still = event == "closing" and seen.most is None and seen.least is not None
    return "" if is_open_still and seen.state != "early" else shown.clock(seen.at)


def _status(shown: Wall, tile: Tile) -> str:
    """Both events in one cell; what is usual or not known is left out."""
    both = tuple(zip(EVENTS, tile.doors, strict=True))
    groups = [group_of(event, seen) for event, seen in both]
    if groups[0] == "exempt":
        return said(*both[0], "").word
    if set(groups) <= {"on_time", "not_seen"}:
        return _("On time") if groups == ["on_time", "on_time"] else ""
    return str(_("; ")).join(
        f"{EVENTS[event]}{_(': ')}{' '.join(_words(shown, event, seen)).strip()}"
        for event, seen in both
        if group_of(event, seen) not in ("on_time", "not_seen", "exempt")
    )


def _words(shown: Wall, event: str, seen: Seen) -> tuple[str, str]:
    """The time has a column of its own, so only minutes stand beside the word."""
    if group_of(event, seen) in ("unconfirmed", "unclear", "before"):
        return said(event, seen, shown.clock(seen.at))
    return said(event, seen, "")


def _remarks(looks: list[Look]) -> Iterator[str]:
    for one in looks:
        if one.reason:
            yield str(REASONS[one.reason])
        if one.note:
            yield one.note
