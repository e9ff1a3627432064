"""Keeping sightings, and what they say of each shop's day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db, insert_rows
from mallops.doors import queries, rules, upkeep, urgent
from mallops.doors.models import EVENTS, DoorDay, DoorSighting
from mallops.doors.queries import Planned
from mallops.findings import erasing
from mallops.ledger.kinds import Received
from mallops.places.models import Mall


def keep(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note sightings; the days they belong to are then worked out anew."""
    if rows:
        insert_rows(DoorSighting, rows)
        urgent.report(mall, rows)
        _report_upkeep(mall, [row for row in rows if upkeep.wrong(row)])
        work_out(mall, {(row["unit_id"], row["day"]) for row in rows})


def _report_upkeep(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        zones = queries.zones_of({row["unit_id"] for row in rows})
        upkeep.report(mall, rows, zones)


def reword(rows: Iterable[Mapping[str, Any]]) -> None:
    """Let sightings and what they opened say what is left of erased entries."""
    for row in rows:
        erasing.reword_opened_by(row["entry_id"], row["note"], row["photos"])
        db.session.execute(
            sa.update(DoorSighting)
            .where(DoorSighting.entry_id == row["entry_id"])
            .values(note=row["note"], photos=row["photos"])
        )


def withdraw(mall: Mall, taken_back: Mapping[UUID, Received]) -> None:
    """These taps were wrong: they stay in the ledger and no longer count.

    ``taken_back``: by the id of the sighting, the entry that takes it back.
    """
    found = queries.find_sightings(mall.id, taken_back)
    for sighting in found.values():
        sighting.withdrawn = True
    db.session.flush()
    urgent.retract(mall, [(taken_back[id_], one) for id_, one in found.items()])
    work_out(mall, {(one.unit_id, one.day) for one in found.values()})


def work_out(mall: Mall, touched: Iterable[tuple[int, date]]) -> None:
    """What is known of these shops on these days, from all sightings that count."""
    by_day: dict[date, set[int]] = {}
    for unit_id, day in touched:
        by_day.setdefault(day, set()).add(unit_id)
    for day, units in sorted(by_day.items()):
        _work_out_day(mall, day, units)


def _work_out_day(mall: Mall, day: date, units: set[int]) -> None:
    seen, planned = queries.sightings(units, day), queries.planned(mall, units, day)
    terms, dismissed = queries.terms(mall), queries.dismissed(units, day)
    db.session.execute(
        sa.delete(DoorDay).where(DoorDay.unit_id.in_(units), DoorDay.day == day)
    )
    insert = [
        _row(
            mall.id, unit_id, day, event, planned[unit_id], seen[unit_id, event], terms
        )
        for unit_id in sorted(units)
        for event in EVENTS
        if (unit_id, event) in seen
    ]
    for row in insert:
        if (row["unit_id"], row["event"]) in dismissed:
            row["case"] = None
    if insert:
        insert_rows(DoorDay, insert)


def _row(
    mall_id: int,
    unit_id: int,
    day: date,
    event: str,
    planned: Planned,
    seen: Sequence[rules.Sighting],
    terms: rules.Terms,
) -> dict[str, Any]:
    is_opening = event == "opening"
    planned_at = planned.opens_at if is_opening else planned.closes_at
    judge = rules.opening if is_opening else rules.closing
    known = asdict(judge(seen, planned_at, terms, planned.exempt))
    off = known.pop("off") or {"least": None, "most": None}
    return {
        "unit_id": unit_id,
        "day": day,
        "event": event,
        "mall_id": mall_id,
        "tenant_id": planned.tenant_id,
        "planned_at": planned_at,
        **known,
        **off,
    }
