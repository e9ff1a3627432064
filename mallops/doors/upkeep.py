"""What is not in order at a door that was looked at: lights, front, lock.

Each opens a finding for the tenant to put right (domain 4.5). While one is being seen
to, the next look at the same door opens no second one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.doors.problems import problem_of
from mallops.findings import actions as findings
from mallops.findings import rules
from mallops.findings.actions import Problem
from mallops.findings.models import Finding
from mallops.places.models import Mall


@dataclass(frozen=True)
class Item:
    """One question about a door, and what a "no" starts."""

    code: str
    answer: str  # the key of the body, and the column
    title: Mapping[str, str]
    severity: str
    triggers: tuple[str, ...]
    fix_minutes: int


ITEMS = (
    Item(
        "D05",
        "lights",
        {
            "en": "Lights or shop sign not on",
            "zh-Hans": "灯光或店招未开启",
            "zh-Hant": "燈光或店招未開啟",
        },
        "S4",
        ("RN",),
        24 * 60,
    ),
    Item(
        "D06",
        "tidy",
        {
            "en": "Front untidy, or goods beyond the lease line",
            "zh-Hans": "门前不整洁或越线摆放",
            "zh-Hant": "門前不整潔或越線擺放",
        },
        "S3",
        ("RN",),
        30,
    ),
    # As C05 and C06 of the closing inspection: security guards it, the tenant is told.
    Item(
        "D11",
        "locked",
        {
            "en": "Not locked, or power left on",
            "zh-Hans": "未锁门或未断电",
            "zh-Hant": "未鎖門或未斷電",
        },
        "S2",
        ("SEC", "RN"),
        10,
    ),
)


def wrong(answers: Mapping[str, Any]) -> list[Item]:
    """What was answered with no."""
    return [item for item in ITEMS if answers[item.answer] is False]


def finding_ids(sighting: UUID) -> list[str]:
    """The findings that a sighting may have opened for these."""
    return [f"{sighting}.{item.code}" for item in ITEMS]


def report(
    mall: Mall, rows: Sequence[Mapping[str, Any]], zones: Mapping[int, int]
) -> None:
    """Open a finding for each that nobody sees to yet.

    Args:
        zones: of the units, by their ids.
    """
    known, problems = _seen_to({row["unit_id"] for row in rows}), []
    for row, item in _by_time(rows):
        key = row["unit_id"], item.code
        if key not in known:
            known.add(key)
            problems.append(_problem(row, item, zones[row["unit_id"]]))
    findings.open_all(mall, problems)


def _by_time(
    rows: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Item]]:
    for row in sorted(rows, key=lambda one: (one["at"], str(one["entry_id"]))):
        for item in wrong(row):
            yield row, item


def _seen_to(units: set[int]) -> set[tuple[int | None, str | None]]:
    """Unit and item of those that are open already."""
    query = sa.select(Finding.unit_id, Finding.item).where(
        Finding.unit_id.in_(units),
        Finding.checklist.is_(None),
        Finding.item.in_([item.code for item in ITEMS]),
        Finding.state.in_(rules.ACTIVE),
    )
    return {(row.unit_id, row.item) for row in db.session.execute(query)}


def _problem(row: Mapping[str, Any], item: Item, zone_id: int) -> Problem:
    return problem_of(
        row,
        zone_id,
        item=item.code,
        severity=item.severity,
        triggers=item.triggers,
        category=rules.category_of(item.triggers),
        title=item.title,
        fix_minutes=item.fix_minutes,
    )
