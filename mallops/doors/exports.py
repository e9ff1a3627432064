"""The doors of a day as a file: one line for each shop and event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from mallops import web
from mallops.daylog.exports import csv_table as csv_table
from mallops.daylog.exports import stamp
from mallops.daylog.exports import xlsx_table as xlsx_table
from mallops.doors import lists
from mallops.doors.lists import Look
from mallops.doors.rules import EVENTS
from mallops.doors.said import minutes, state_name
from mallops.doors.standing import Seen
from mallops.doors.wall import Tile, Wall

# Scripts may rely on these names and their order.
HEADER = (
    "day", "floor", "zone", "unit", "tenant", "trade_category", "event", "state",
    "planned_at", "seen_at", "least_minutes", "most_minutes", "counts_as",
    "contradicted", "bulk", "recorded_by", "summary", "note",
)  # fmt: skip
WIDTHS = (11, 7, 10, 12, 28, 16, 9, 18, 31, 31, 9, 9, 10, 6, 6, 20, 28, 40)


def rows_of(shown: Wall) -> Iterator[list[str]]:
    """The shops that the wall shows, in walking order, with all that is known."""
    known = lists.seen_on(shown.mall.id, shown.day)
    looks = lists.looks_on(shown.mall.id, shown.day)
    zone = ZoneInfo(shown.mall.time_zone)
    for tile in shown.shown:
        opening = known["opening"].get(tile.shop.id, tile.doors.opening)
        # A shop that need not open has one answer for both.
        is_same = tile.doors.closing is tile.doors.opening
        usual = opening if is_same else tile.doors.closing
        closing = known["closing"].get(tile.shop.id, usual)
        for event, seen in zip(EVENTS, (opening, closing), strict=True):
            behind = looks.get((tile.shop.id, event), [])
            yield _row(shown, tile, event, seen, behind, zone)


def deciding(seen: Seen, looks: list[Look]) -> Look | None:
    """The sighting that decides, among those of a shop at an event."""
    return next((one for one in looks if one.at == seen.at), None)


def _row(
    shown: Wall,
    tile: Tile,
    event: str,
    seen: Seen,
    looks: list[Look],
    zone: ZoneInfo,
) -> list[str]:
    shop, look = tile.shop, deciding(seen, looks)
    return [
        shown.day.isoformat(),
        shop.floor,
        shown.offered.zones_by_id[shop.zone_id].code,
        shop.no,
        web.in_words(shop.name) if shop.name else "",
        shop.category or "",
        event,
        seen.state,
        _stamp(seen.planned_at, zone),
        _stamp(seen.at, zone),
        _number(seen.least),
        _number(seen.most),
        seen.case or "",
        _yes(seen.contradicted),
        _yes(seen.bulk),
        (look.by or "") if look else "",
        f"{state_name(event, seen.state)} {minutes(seen.least, seen.most)}".strip(),
        "; ".join(one.note for one in looks if one.note),
    ]


def _stamp(moment: datetime | None, zone: ZoneInfo) -> str:
    return stamp(moment, zone) if moment else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yes(value: bool) -> str:
    return "yes" if value else ""
