"""Reading checklists: the versions in force, previous meter readings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
import sqlalchemy as sa

from mallops.checklists.definition import Checklist, Item
from mallops.checklists.models import ChecklistVersion, MeterReading
from mallops.db import db, fetch


@dataclass(frozen=True)
class Published:
    """A published version, read; ``retired`` when another has taken its place."""

    id: int
    mall_id: int
    code: str
    version: int
    retired: bool
    checklist: Checklist

    @cached_property
    def items(self) -> dict[str, Item]:
        """Its items by code, in order."""
        return {item.code: item for item in self.checklist.items()}

    @cached_property
    def meters(self) -> list[Item]:
        return [item for item in self.items.values() if item.meter]


_known: dict[str, Checklist] = {}
_VERSIONS = sa.select(
    ChecklistVersion.id,
    ChecklistVersion.code,
    ChecklistVersion.version,
    ChecklistVersion.retired_at,
    ChecklistVersion.sha256,
).where(
    ChecklistVersion.mall_id == sa.bindparam("mall_id"),
    ChecklistVersion.code.in_(sa.bindparam("codes", expanding=True)),
)
_TITLES = (
    sa.select(ChecklistVersion.code, ChecklistVersion.title)
    .where(ChecklistVersion.mall_id == sa.bindparam("mall_id"))
    .order_by(ChecklistVersion.version)
)
_EVERY = sa.select(ChecklistVersion.id, ChecklistVersion.sha256).where(
    ChecklistVersion.mall_id == sa.bindparam("mall_id")
)


def every_version(mall_id: int) -> dict[int, Checklist]:
    """All that was ever published, by its id."""
    rows = fetch(_EVERY, mall_id=mall_id)
    return {id_: _checklist(id_, sha256) for id_, sha256 in rows}


def versions(
    mall_id: int, named: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Published]:
    """The published versions among these (code, version); no code holds NUL."""
    wanted = {(code, version) for code, version in named if "\0" not in code}
    if not wanted:
        return {}
    codes = list({code for code, _ in wanted})
    rows = fetch(_VERSIONS, mall_id=mall_id, codes=codes)
    return {
        (code, version): Published(
            id_,
            mall_id,
            code,
            version,
            retired_at is not None,
            _checklist(id_, sha256),
        )
        for id_, code, version, retired_at, sha256 in rows
        if (code, version) in wanted
    }


def _checklist(version_id: int, sha256: str) -> Checklist:
    """A definition by its hash; it never changes, so a process reads it once."""
    if sha256 not in _known:
        definition = db.session.scalars(
            sa.select(ChecklistVersion.definition).filter_by(id=version_id)
        ).one()
        _known[sha256] = msgspec.convert(definition, Checklist)
    return _known[sha256]


def current_versions(mall_id: int) -> list[ChecklistVersion]:
    """The version in force of each checklist, in the order of their codes."""
    return list(
        db.session.scalars(
            sa.select(ChecklistVersion)
            .where(
                ChecklistVersion.mall_id == mall_id,
                ChecklistVersion.retired_at.is_(None),
            )
            .order_by(ChecklistVersion.code)
        )
    )


def titles(mall_id: int) -> dict[str, dict[str, str]]:
    """What each checklist is called, by code."""
    return dict(fetch(_TITLES, mall_id=mall_id))


def find_version(mall_id: int, code: str, version: int) -> ChecklistVersion | None:
    if "\0" in code:  # PostgreSQL would not even compare it
        return None
    return db.session.scalar(
        sa.select(ChecklistVersion).filter_by(
            mall_id=mall_id, code=code, version=version
        )
    )


@dataclass(frozen=True)
class Reading:
    """What a meter showed last; ``value`` in the meter's own unit (kWh, m³)."""

    spot: str
    meter: str
    value: float
    read_at: datetime


def last_readings(
    mall_id: int, *, spots: Iterable[str] | None = None, before: datetime | None = None
) -> dict[tuple[str, str], Reading]:
    """The newest reading of each meter by (spot, meter), before a moment if given."""
    query = sa.select(
        MeterReading.spot, MeterReading.meter, MeterReading.value, MeterReading.read_at
    ).where(MeterReading.mall_id == mall_id)
    if spots is not None:
        query = query.where(MeterReading.spot.in_(set(spots)))
    if before is not None:
        query = query.where(MeterReading.read_at < before)
    newest = _newest(query)
    return {(row.spot, row.meter): Reading(*row) for row in db.session.execute(newest)}


def _newest(query: Any) -> Any:
    """Only the newest row of each meter."""
    rank = sa.func.row_number().over(
        partition_by=(MeterReading.spot, MeterReading.meter),
        order_by=(MeterReading.read_at.desc(), MeterReading.id.desc()),
    )
    ranked = query.add_columns(rank.label("rank")).subquery()
    columns = (ranked.c.spot, ranked.c.meter, ranked.c.value, ranked.c.read_at)
    return sa.select(*columns).where(ranked.c.rank == 1)
