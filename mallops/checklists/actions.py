"""Publishing checklists: immutable versions, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from mallops.checklists import library
from mallops.checklists.definition import Checklist, fingerprint, to_json
from mallops.checklists.models import ChecklistVersion
from mallops.db import db


def publish(mall_id: int, checklist: Checklist, now: datetime) -> ChecklistVersion:
    """Make this the version in force; the same content again changes nothing. Flushes.

    The version before it is retired: a phone that still has it is accepted and
    flagged.
    """
    (version,) = publish_all(mall_id, [checklist], now)
    return version


def publish_library(mall_id: int, now: datetime) -> None:
    """Publish all shipped checklists in a mall. Flushes.

    Raises:
        BrokenChecklist: a shipped file is broken (our mistake).
    """
    publish_all(mall_id, library.shipped(), now)


def publish_all(
    mall_id: int, checklists: Sequence[Checklist], now: datetime
) -> list[ChecklistVersion]:
    """Publish several, each of its own code, as ``publish`` does one."""
    latest = _latest(mall_id, [checklist.code for checklist in checklists])
    versions = [
        _next(mall_id, checklist, latest.get(checklist.code), now)
        for checklist in checklists
    ]
    db.session.add_all(versions)
    db.session.flush()
    return versions


def _latest(mall_id: int, codes: Sequence[str]) -> dict[str, ChecklistVersion]:
    """The newest version of each of these, by its code."""
    query = (
        sa.select(ChecklistVersion)
        .where(ChecklistVersion.mall_id == mall_id, ChecklistVersion.code.in_(codes))
        .order_by(ChecklistVersion.version)
    )
    return {version.code: version for version in db.session.scalars(query)}


def _next(
    mall_id: int, checklist: Checklist, latest: ChecklistVersion | None, now: datetime
) -> ChecklistVersion:
    definition = to_json(checklist)
    digest = fingerprint(definition)
    if latest is not None and latest.sha256 == digest:
        return latest
    if latest is not None:
        latest.retired_at = now
    return ChecklistVersion(
        mall_id=mall_id,
        code=checklist.code,
        version=latest.version + 1 if latest else 1,
        title=checklist.title,
        definition=definition,
        sha256=digest,
        published_at=now,
    )
