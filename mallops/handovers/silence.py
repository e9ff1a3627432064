"""What a signature cannot know: phones not heard of, work that is still on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mallops.db import fetch
from mallops.ledger import queries as ledger
from mallops.people.models import Install
from mallops.places.models import Mall
from mallops.rounds.rules import SHIFT as ON_DUTY
from mallops.shifts.rules import Person, Shift

# An idle phone makes contact every five minutes (docs/sync.md).
SILENT_AFTER = timedelta(minutes=15)
_PHONES = (
    sa.select(
        *(getattr(Install, name) for name in ("id", "user_id", "last_contact_at")),
        *(getattr(Install, name) for name in ("highest_seq", "waiting")),
        Install.waiting_since,
    )
    .where(Install.user_id.in_(sa.bindparam("people", expanding=True)))
    .order_by(Install.last_contact_at.desc())
)


def silence(
    mall: Mall, shift: Shift, on: Sequence[Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Who of the shift may hold work that is not here, and why; empty: nobody.

    Per person: when their phone was last heard of, if that is longer ago than a phone
    in reach keeps quiet; how many of its numbers never arrived, and how many of those
    it said are waiting on it, since when.

    Args:
        on: the people of the shift, as its snapshot names them.
    """
    people = [Person(int(one["id"]), one["name"]) for one in on]
    phones = _phones(people)
    missing = ledger.missing_numbers(
        {one.id: one.highest_seq for some in phones.values() for one in some}
    )
    zone = ZoneInfo(mall.time_zone)
    found = (
        _of_person(person, phones[person.id], missing, shift, now, zone)
        for person in people
    )
    return [one for one in found if one]


def _phones(people: Sequence[Person]) -> dict[int, list[Any]]:
    """The phones people signed in on last, the one heard of last first."""
    found: dict[int, list[Any]] = {person.id: [] for person in people}
    for install in fetch(_PHONES, people=list(found)) if found else ():
        found[install.user_id].append(install)
    return found


def _of_person(
    person: Person,
    phones: Sequence[Any],
    missing: dict[Any, int],
    shift: Shift,
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, Any] | None:
    """One phone lying in a drawer says nothing while another is on duty."""
    since = shift.starts_at - ON_DUTY
    on_duty = [one for one in phones if one.last_contact_at >= since] or phones[:1]
    until = min(now, shift.ends_at) - SILENT_AFTER
    silent = [one.last_contact_at for one in on_duty if one.last_contact_at < until]
    lacking = {one: missing[one.id] for one in on_duty if one.id in missing}
    if not silent and not lacking:
        return None
    waiting = {one: min(one.waiting, count) for one, count in lacking.items()}
    oldest = [one.waiting_since for one in lacking if one.waiting_since]
    return {
        "person": {"id": str(person.id), "name": person.name},
        "silent_since": _first(silent, zone),
        "missing": sum(lacking.values()),
        "waiting": sum(waiting.values()),
        "waiting_since": _first(oldest, zone),
    }


def _first(moments: Sequence[datetime], zone: ZoneInfo) -> str | None:
    if not moments:
        return None
    return min(moments).astimezone(zone).isoformat(timespec="seconds")
