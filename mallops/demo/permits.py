"""What is permitted and announced in the demo around today, and whom to watch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mallops.permits import actions as permits
from mallops.places.models import Mall
from mallops.places.queries import named_spots
from mallops.places.rules import ONE_DAY, business_day, moment_on
from mallops.watches import actions as watches

# Kind; from and until, in days from today and by the clock; where; what; who; how many.
PERMITS = (
    ("fitout_permit", (-12, "09:00"), (13, "22:00"), "L1-043",
     "Partitions and ceiling 隔墙与吊顶", "Ferry Fit-out 渡口装饰", 8),
    ("fitout_permit", (-3, "22:30"), (4, "06:00"), "L3-014",
     "Steel frame, nights only 钢架安装（仅夜间）", "Keel Works 龙骨工程", 6),
    ("hot_work_permit", (0, "23:00"), (0, "03:30"), "B1-011",
     "Kitchen duct, welding 厨房排烟管焊接", "Keel Works 龙骨工程", 3),
    ("event", (0, "18:30"), (0, "20:30"), "L1-A",
     "Choir of three schools 三校合唱", "Lantern Events 灯笼文化", 90),
    ("visit", (1, "10:00"), (1, "11:30"), "L1",
     "Fire brigade, exits and hydrants 消防检查：出口与消火栓", "", 4),
    ("delivery", (0, "22:30"), (0, "23:30"), "EXT-A",
     "Refrigerated shelves, lorry of 12 t 冷柜进货（12 吨货车）", "B1-001", 5),
    ("delivery", (1, "06:30"), (1, "07:30"), "EXT-A",
     "Flowers for the atrium 中庭花艺", "Petal Road 花路", 2),
    ("goods_permit", (0, "20:00"), (1, "12:00"), "L1-041",
     "Two pallets of returned stock 退货两托", "Orbit Nine 轨道九号", None),
)  # fmt: skip
WATCHED = {
    "unit_no": "L1-040",
    "reason": "Rent of two months is owed, says finance 财务：欠租两个月",
}


def add_permits(mall: Mall, now: datetime, by_id: int) -> None:
    """By one of the mall's people."""
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    spots = named_spots(mall.id, {row[3] for row in PERMITS})

    def moment(ahead: int, at: str) -> datetime:
        return moment_on(
            today + ONE_DAY * ahead, at, mall.time_zone, mall.day_starts_at
        )

    for kind, first, last, code, title, who, people in PERMITS:
        said: dict[str, Any] = {
            "kind": kind,
            "unit_id": spots[code].unit_id,
            "place_id": spots[code].place_id,
            "starts_at": moment(*first),
            "ends_at": moment(*last),
            "title": title,
            "who": who,
            "people": people,
            "note": "",
        }
        permits.add(mall.id, said, by_id, now)
    last_day = today + ONE_DAY * 20
    watches.mark(mall, **WATCHED, last_day=last_day, by_id=by_id, now=now)
