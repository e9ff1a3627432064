"""A shop that is not open an hour after its hour, and nobody knows why: S2 at once.

Leaving with debts is a named risk (domain 4.5), so leasing and finance are to hear of
it. The finding's id is the id of the sighting that opened it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from mallops.db import db
from mallops.doors import queries, rules, upkeep
from mallops.doors.models import Closure, DoorSighting
from mallops.doors.problems import problem_of
from mallops.findings import actions as findings
from mallops.findings import queries as finding_queries
from mallops.findings.actions import Problem
from mallops.findings.models import Finding
from mallops.findings.rules import ACTIVE, CLOSED
from mallops.ledger.kinds import Received
from mallops.people.models import Membership
from mallops.places.models import Mall

TITLE = {
    "en": "Shop not open long after its hour, and no contact",
    "zh-Hans": "商铺超过营业时间仍未开门，且联系不上",
    "zh-Hant": "舖位超過營業時間仍未開門，且聯絡不上",
}
TRIGGERS = ("LO", "FIN", "SUP")
# Not those that say what is out of order there (``upkeep``).
_OPENED_BY = (Finding.entry_id == DoorSighting.entry_id) & Finding.item.is_(None)


def report(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Open a finding for each shop these sightings call for; one a shop and day."""
    by_day: dict[date, list[Mapping[str, Any]]] = {}
    for row in rows:
        if rules.may_be_urgent(row["event"], row["status"], row["how"], row["reason"]):
            by_day.setdefault(row["day"], []).append(row)
    for day, candidates in sorted(by_day.items()):
        findings.open_all(mall, list(_problems(mall, day, candidates)))


def _problems(
    mall: Mall, day: date, rows: Sequence[Mapping[str, Any]]
) -> Iterable[Problem]:
    units = {row["unit_id"] for row in rows}
    planned, seen = queries.planned(mall, units, day), queries.sightings(units, day)
    taken_out = {
        id_ for id_, event in queries.dismissed(units, day) if event == "opening"
    }
    terms, known = queries.terms(mall), _reported(units, day) | taken_out
    zones = queries.zones_of(units)
    for row in sorted(rows, key=lambda one: (one["at"], str(one["entry_id"]))):
        unit_id, opens_at = row["unit_id"], planned[row["unit_id"]].opens_at
        looks = seen.get((unit_id, "opening"), [])
        if unit_id not in known and rules.is_urgent(row["at"], opens_at, looks, terms):
            known.add(unit_id)
            yield _problem(row, zones[unit_id])


def _reported(units: Iterable[int], day: date) -> set[int]:
    """Shops that a sighting of that day opened such a finding for."""
    query = (
        sa.select(DoorSighting.unit_id)
        .join(Finding, _OPENED_BY)
        .where(DoorSighting.unit_id.in_(units), DoorSighting.day == day)
    )
    return set(db.session.scalars(query))


def _problem(row: Mapping[str, Any], zone_id: int) -> Problem:
    return problem_of(
        row,
        zone_id,
        item=None,
        severity="S2",
        triggers=TRIGGERS,
        category="tenant",
        title=TITLE,
    )


def retract(mall: Mall, withdrawn: Iterable[tuple[Received, DoorSighting]]) -> None:
    """Whoever takes back a sighting takes back what it opened, if still open."""
    made = {
        finding_id: entry
        for entry, sighting in withdrawn
        for finding_id in (
            str(sighting.entry_id),
            *upkeep.finding_ids(sighting.entry_id),
        )
    }
    standing = finding_queries.named(mall.id, set(made))
    findings.add_steps(
        mall,
        [
            _void(finding_id, made[finding_id])
            for finding_id, finding in standing.items()
            if finding.state not in CLOSED
        ],
    )


def of_day(mall: Mall, unit_id: int, day: date) -> list[Finding]:
    """What a shop's day opened for not being open, and nobody has seen to yet."""
    return list(
        db.session.scalars(
            sa.select(Finding)
            .join(DoorSighting, _OPENED_BY)
            .where(DoorSighting.mall_id == mall.id, Finding.state.in_(ACTIVE))
            .where(DoorSighting.unit_id == unit_id, DoorSighting.day == day)
            .order_by(Finding.id)
        )
    )


def take_out(
    mall: Mall, found: Sequence[Finding], why: str, member: Membership, now: datetime
) -> None:
    """Declare findings void, by a new entry each. Flushes.

    Those that take somebody else's word (``findings.doubt_about``) stay open.
    """
    for finding in found:
        if findings.doubt_about("void", finding, member) is None:
            findings.take_step(
                mall, finding, {"step": "void", "text": why}, member, now
            )


def explained(mall: Mall, closure: Closure) -> list[Finding]:
    """Findings that nobody would have opened with this closure or delay approved.

    Only where nobody has seen to it yet: what was fixed is somebody's work.
    """
    query = (
        sa.select(DoorSighting, Finding)
        .join(Finding, _OPENED_BY)
        .where(DoorSighting.mall_id == mall.id, Finding.state.in_(ACTIVE))
        .where(DoorSighting.day.between(closure.first_day, closure.last_day))
        .order_by(DoorSighting.day, Finding.id)
    )
    rows = db.session.execute(query).all()
    terms, found = queries.terms(mall), []
    for day, of_day in groupby(rows, key=lambda row: row[0].day):
        seen = list(of_day)
        planned = queries.planned(mall, {one.unit_id for one, _ in seen}, day)
        for one, finding in seen:
            hours = planned[one.unit_id]
            is_urgent = rules.is_urgent(one.at, hours.opens_at, (), terms)
            if hours.approval == closure.id and not is_urgent:
                found.append(finding)
    return found


def _void(finding_id: str, entry: Received) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "finding_id": finding_id,
        "at": entry.occurred_at,
        "seq": entry.install_seq or 0,
        "by_id": entry.recorded_by_id,
        "step": "void",
        "seen": None,
        "text": entry.body.reason.replace("\0", " "),
        "photos": [],
        "team": None,
        "person_id": None,
        "severity": None,
        "fix_by": None,
        "waiting_for": None,
        "details": {},
    }
