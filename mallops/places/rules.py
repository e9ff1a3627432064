"""The mall's clock: business days, wall-clock times, trading hours, trade categories.

A business day starts at the mall's own hour, so the lock-up at 00:30 belongs to the
evening before. The clock is the mall's; the moments that come out are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


class Hours(Protocol):
    """Opening and closing on one weekday (0 Monday)."""

    weekday: int
    opens_at: time
    closes_at: time


def business_day(moment: datetime, time_zone: str, day_starts_at: time) -> date:
    """The business day a moment belongs to: the last one begun by then."""
    today = moment.astimezone(ZoneInfo(time_zone)).date()
    nearby = (today + ONE_DAY, today, today - ONE_DAY)
    return next(day for day in nearby if _at(day, day_starts_at, time_zone) <= moment)


def day_bounds(
    day: date, time_zone: str, day_starts_at: time
) -> tuple[datetime, datetime]:
    """First moment of a business day and first of the next; 23 to 25 hours apart."""
    return (
        _at(day, day_starts_at, time_zone),
        _at(day + ONE_DAY, day_starts_at, time_zone),
    )


def moment_on(
    day: date, clock_time: str, time_zone: str, day_starts_at: time
) -> datetime:
    """When the mall's clock shows ``"HH:MM"`` within a business day.

    A time before the day's start is after midnight. One that the clock skips in spring
    comes as much later as the clock jumps; of two in autumn the first counts.

    Raises:
        ValueError: not a clock time (the caller's mistake).
    """
    at = clock(clock_time)
    calendar_day = day + ONE_DAY if at < day_starts_at else day
    return _at(calendar_day, at, time_zone)


def clock(text: str) -> time:
    """``"09:45"`` as a time.

    Raises:
        ValueError: not a clock time (the caller's mistake).
    """
    if len(text) != len("HH:MM") or text[2] != ":":
        raise ValueError(f"not a clock time: {text!r}")
    return time.fromisoformat(text)


def hours_on(day: date, rows: Iterable[Hours]) -> tuple[time, time] | None:
    """Opening and closing on a day; None when closed. Closing may be after midnight."""
    weekday = day.weekday()
    return next(
        ((row.opens_at, row.closes_at) for row in rows if row.weekday == weekday), None
    )


def plan_times(settings: Mapping[str, Any], day: date) -> dict[str, str]:
    """The mall's switching times on a day, ``"HH:MM"`` by key.

    A time is written plainly, or by season as a list of ``{"from": "MM-DD", "at":
    "HH:MM"}`` in the order of the year; the last season runs over New Year.
    """
    times: Mapping[str, Any] = settings.get("plan_times", {})
    return {key: _in_season(value, day) for key, value in times.items()}


def _in_season(value: str | list[dict[str, str]], day: date) -> str:
    if isinstance(value, str):
        return value
    begun = [season for season in value if season["from"] <= f"{day:%m-%d}"]
    return (begun or value)[-1]["at"]


def reordered(shown: Sequence[str], wanted: Mapping[str, int]) -> list[str]:
    """A walk with some stops at other places, counted from 1; the rest keep theirs.

    A place beyond the end is the end. Of two that want one place the one that came
    first before comes first again.
    """
    walk = [one for one in shown if one not in wanted]
    moved = [one for one in shown if one in wanted]
    for one in sorted(moved, key=lambda one: wanted[one]):
        walk.insert(max(0, wanted[one] - 1), one)
    return walk


def _at(day: date, at: time, time_zone: str) -> datetime:
    local = datetime.combine(day, at, tzinfo=ZoneInfo(time_zone))
    return local.astimezone(UTC)


def _words(en: str, hans: str, hant: str) -> dict[str, str]:
    return {"en": en, "zh-Hans": hans, "zh-Hant": hant}


TRADE_CATEGORIES: dict[str, dict[str, str]] = {
    "restaurant": _words("Restaurants", "餐饮", "餐飲"),
    "fashion": _words("Fashion", "服装", "服裝"),
    "shoes_bags": _words("Shoes and bags", "鞋包", "鞋包"),
    "beauty": _words("Beauty", "美妆", "美妝"),
    "jewellery": _words("Jewellery and watches", "珠宝钟表", "珠寶鐘錶"),
    "children": _words("Children", "儿童", "兒童"),
    "sports": _words("Sports", "运动", "運動"),
    "electronics": _words("Electronics", "数码家电", "數碼家電"),
    "home": _words("Home", "家居", "家居"),
    "books_gifts": _words("Books and gifts", "图书礼品", "圖書禮品"),
    "food_retail": _words("Food and drinks to take home", "食品零售", "食品零售"),
    "supermarket": _words("Supermarket", "超市", "超市"),
    "cinema": _words("Cinema", "影院", "影院"),
    "leisure": _words("Leisure", "休闲娱乐", "休閒娛樂"),
    "fitness": _words("Fitness", "健身", "健身"),
    "education": _words("Courses", "教育培训", "教育培訓"),
    "health": _words("Health", "健康", "健康"),
    "services": _words("Services", "生活服务", "生活服務"),
}
