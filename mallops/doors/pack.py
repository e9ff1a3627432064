"""The part of the walk pack that doors need: their hours, and what was seen today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mallops.doors import queries, words
from mallops.doors.queries import Planned, Seen
from mallops.doors.rules import EVENTS
from mallops.people.models import Membership
from mallops.places.models import Mall, Tenant, Unit

READERS = frozenset({"officer", "supervisor", "manager"})
SECURITY = "security"  # the team that walks the doors where officers do not
Span = tuple[datetime | None, datetime | None]


def pack_of(
    mall: Mall,
    member: Membership,
    units: Sequence[tuple[Unit, Tenant | None]],
    day: date,
) -> dict[str, Any]:
    """The key of the walk pack (docs/sync.md); none at all for other teams."""
    is_security = member.team is not None and member.team.code == SECURITY
    if member.role not in READERS and not is_security:
        return {}
    zone = ZoneInfo(mall.time_zone)
    planned = queries.planned(mall, [unit.id for unit, _ in units], day)
    usual = usual_hours(planned.values())
    out_of_usual = {unit.no: _unit(planned[unit.id], usual, zone) for unit, _ in units}
    numbers = {unit.id: unit.no for unit, _ in units}
    walks = is_security or member.role == "officer"
    return {
        "doors": {
            **_hours(usual, zone),
            "walks": walks,
            "units": {no: facts for no, facts in out_of_usual.items() if facts},
            "seen": _seen(mall, day, numbers, member.user_id, zone),
        }
    }


def usual_hours(planned: Iterable[Planned]) -> Span:
    """The opening and closing that most shops keep on a day; None: none has to open."""
    spans = [(one.opens_at, one.closes_at) for one in planned if one.opens_at]
    return Counter(spans).most_common(1)[0][0] if spans else (None, None)


def _unit(planned: Planned, usual: Span, zone: ZoneInfo) -> dict[str, Any]:
    """What is out of the usual at a unit; for most it is nothing."""
    if planned.exempt:
        return {"exempt": planned.exempt}
    own = (planned.opens_at, planned.closes_at)
    return _hours(own, zone) if own != usual else {}


def _hours(span: Span, zone: ZoneInfo) -> dict[str, str | None]:
    opens_at, closes_at = (_iso(moment, zone) for moment in span)
    return {"opens_at": opens_at, "closes_at": closes_at}


def _seen(
    mall: Mall, day: date, numbers: dict[int, str], me: int, zone: ZoneInfo
) -> dict[str, dict[str, Any]]:
    """The latest look at each door, by event and unit number."""
    known: dict[str, dict[str, Any]] = {event: {} for event in EVENTS}
    for seen in queries.seen_on(mall.id, day):
        no = numbers.get(seen.unit_id)
        if no:
            known[seen.event][no] = _sighting(seen, me, zone)
    return known


def _sighting(seen: Seen, me: int, zone: ZoneInfo) -> dict[str, Any]:
    """An own one has its id, so that the phone knows it again and can withdraw it."""
    whose = {"id": str(seen.entry_id)} if seen.by_id == me else {"by": seen.by}
    how = {"how": seen.how} if seen.how != "tap" else {}
    return {"status": seen.status, "at": _iso(seen.at, zone), **whose, **how}


def _iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def spoken() -> dict[str, Any]:
    """What doors are called, in the language at hand, for the phone's one page."""
    tables = {
        "statuses": words.STATUSES,
        "reasons": words.REASONS,
        "hows": words.HOW,
        "exempt": words.EXEMPT,
    }
    said = {name: _said(table) for name, table in tables.items()}
    return {**said, "undone": str(words.UNDONE)}


def _said(table: Mapping[str, Any]) -> dict[str, str]:
    return {code: str(word) for code, word in table.items()}
