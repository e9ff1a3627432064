"""What the demo's data files say, as plain values."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from importlib.resources import files
from typing import Any

from mallops.places.rules import clock

MALLS = ("harbour_court.toml", "lindenhof.toml")
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Row = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """One mall: its TOML file, and the units in the CSV file it names."""

    about: Row
    units: list[dict[str, str]]


def read_all() -> list[Content]:
    return [_read(name) for name in MALLS]


def words(row: Row) -> dict[str, str]:
    """The name of a row in every language."""
    return {language: row[language] for language in LANGUAGES}


def weekdays(text: str) -> list[int]:
    """``"mon"`` or ``"mon-fri"`` as weekdays, 0 for Monday."""
    first, _, last = text.partition("-")
    return list(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))


def week(hours: str | dict[str, str]) -> Iterator[tuple[int, time, time]]:
    """Weekday, opening and closing, for each day with trading hours."""
    by_days = {"mon-sun": hours} if isinstance(hours, str) else hours
    for days, text in by_days.items():
        opens, _, closes = text.partition("-")
        for weekday in weekdays(days):
            yield weekday, clock(opens), clock(closes)


def spots_of(content: Content, where: str, hours: list[str] | None) -> list[str]:
    """Codes of all spots of a sort; ``hours`` keeps those with such trading hours."""
    if where in ("floors", "zones", "restrooms"):
        return [place["code"] for place in content.about[where]]
    return [
        unit["no"]
        for unit in content.units
        if _is_of(unit, where) and (hours is None or unit["hours"] in hours)
    ]


def _is_of(unit: dict[str, str], where: str) -> bool:
    if where == "restaurants":
        return unit["category"] == "restaurant" and unit["state"] == "trading"
    return unit["state"] == where


def _read(name: str) -> Content:
    folder = files("mallops.demo")
    about = tomllib.loads((folder / name).read_text("utf-8"))
    lines = (folder / about["units"]).read_text("utf-8").splitlines()
    return Content(about, list(csv.DictReader(lines)))
