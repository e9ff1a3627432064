"""Public doors and switching times of a day: planned against what rounds recorded.

Checklists ask for them as items of type time with a ``plan`` (mallops/library).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, NamedTuple, cast
from uuid import UUID

import msgspec
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from mallops.checklists.definition import Item
from mallops.checklists.models import ChecklistVersion, Inspection
from mallops.checklists.queries import versions
from mallops.db import fetch
from mallops.doors.words import time_off
from mallops.ledger.models import Entry
from mallops.people.models import User
from mallops.places import rules as place_rules
from mallops.places.models import Mall, Place

PLANS: dict[str, Any] = {
    "public_doors_open": _l("Public doors opened"),
    "public_doors_close": _l("Public doors closed"),
    "hvac_on": _l("HVAC on"),
    "hvac_off": _l("HVAC off"),
    "public_lighting_on": _l("Public lighting on"),
    "public_lighting_night": _l("Public lighting to night mode"),
    "landscape_lighting_on": _l("Landscape lighting on"),
    "landscape_lighting_off": _l("Landscape lighting off"),
}
HALF_A_DAY, A_DAY = 12 * 60, 24 * 60  # minutes

_inspection, _entry, _version, _place, _user = (
    cast(sa.Table, model.__table__)
    for model in (Inspection, Entry, ChecklistVersion, Place, User)
)
_ASKING = (
    sa.select(_version.c.code, _version.c.version)
    .join_from(_inspection, _version, _version.c.id == _inspection.c.version_id)
    .where(
        _inspection.c.mall_id == sa.bindparam("mall_id"),
        _inspection.c.business_day == sa.bindparam("day"),
    )
    .distinct()
)
_WALKED = (
    sa.select(
        _entry.c.id,
        _entry.c.body,
        _inspection.c.version_id,
        _place.c.code,
        _user.c.name,
    )
    .join_from(_inspection, _entry, _entry.c.id == _inspection.c.entry_id)
    .join(_place, _place.c.id == _inspection.c.place_id)
    .outerjoin(_user, _user.c.id == _entry.c.recorded_by_id)
    .where(
        _inspection.c.mall_id == sa.bindparam("mall_id"),
        _inspection.c.business_day == sa.bindparam("day"),
        _inspection.c.version_id.in_(sa.bindparam("version_ids", expanding=True)),
        _entry.c.status == "accepted",
    )
    .order_by(_inspection.c.finished_at)
)


class _Answered(msgspec.Struct):
    value: Any = None


class _Body(msgspec.Struct):
    """What is read of an inspection's body: the answers."""

    answers: dict[str, _Answered] = {}


_read = msgspec.json.Decoder(_Body).decode


class Actual(NamedTuple):
    """What a round recorded at a place; ``off``: minutes after the planned time."""

    entry_id: UUID
    place: str
    at: str
    off: int | None  # None: the mall has no such planned time
    in_time: bool
    by: str | None

    @property
    def off_by(self) -> str:
        off = self.off or 0
        return f"{'+' if off > 0 else '-' if off < 0 else ''}{time_off(abs(off))}"


class Switched(NamedTuple):
    """One door or circuit on a day; nothing recorded: ``actual`` is empty."""

    plan: str
    planned: str
    actual: list[Actual]

    @property
    def name(self) -> str:
        return str(PLANS.get(self.plan) or self.plan.replace("_", " "))

    @property
    def is_off(self) -> bool:
        return not all(one.in_time for one in self.actual)


def of_day(mall: Mall, day: date) -> list[Switched]:
    """All planned times of a day in the order of the day, with what was recorded."""
    planned = place_rules.plan_times(mall.settings, day)
    found: dict[str, dict[str, Actual]] = {plan: {} for plan in (*PLANS, *planned)}
    for plan, actual in _actuals(mall, day, planned):
        found[plan][actual.place] = actual  # of two at a place the later one counts
    return [
        Switched(plan, planned.get(plan, ""), list(actuals.values()))
        for plan, actuals in found.items()
        if plan in planned or actuals
    ]


def _actuals(
    mall: Mall, day: date, planned: Mapping[str, str]
) -> Iterator[tuple[str, Actual]]:
    asking = _asking(mall.id, day)
    if not asking:
        return
    rows = fetch(_WALKED, mall_id=mall.id, day=day, version_ids=list(asking))
    for entry_id, body, version_id, place, by in rows:
        answers = _read(body).answers
        for item in asking[version_id]:
            at = answers[item.code].value if item.code in answers else None
            if isinstance(at, str) and _is_clock(at) and item.plan:
                off = _minutes_off(at, planned.get(item.plan))
                in_time = off is None or abs(off) <= (item.tolerance_minutes or 0)
                yield item.plan, Actual(entry_id, place, at, off, in_time, by)


def _asking(mall_id: int, day: date) -> dict[int, list[Item]]:
    """The items that ask for a planned time, by id of the versions walked that day."""
    rows = fetch(_ASKING, mall_id=mall_id, day=day)
    named = [(code, version) for code, version in rows]
    items = {
        one.id: [item for item in one.items.values() if item.plan]
        for one in versions(mall_id, named).values()
    }
    return {id_: some for id_, some in items.items() if some}


def _is_clock(text: str) -> bool:
    try:
        place_rules.clock(text)
    except ValueError:
        return False
    return True


def _minutes_off(at: str, planned: str | None) -> int | None:
    """From the planned time to the actual one, the short way round midnight."""
    if planned is None:
        return None
    apart = _minutes(place_rules.clock(at)) - _minutes(place_rules.clock(planned))
    return (apart + HALF_A_DAY) % A_DAY - HALF_A_DAY


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
