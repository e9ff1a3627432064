"""Publishing checklists: immutable versions, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
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
    latest = db.session.scalar(
        sa.select(ChecklistVersion)
        .filter_by(mall_id=mall_id, code=checklist.code)
        .order_by(ChecklistVersion.version.desc())
        .limit(1)
    )
    definition = to_json(checklist)
    digest = fingerprint(definition)
    if latest is not None and latest.sha256 == digest:
        return latest
    if latest is not None:
        latest.retired_at = now
    version = ChecklistVersion(
        mall_id=mall_id,
        code=checklist.code,
        version=latest.version + 1 if latest else 1,
        title=checklist.title,
        definition=definition,
        sha256=digest,
        published_at=now,
    )
    db.session.add(version)
    db.session.flush()
    return version


def publish_library(mall_id: int, now: datetime) -> None:
    """Publish all shipped checklists in a mall. Flushes.

    Raises:
        BrokenChecklist: a shipped file is broken (our mistake).
    """
    publish_all(mall_id, library.shipped(), now)


def publish_all(mall_id: int, checklists: Iterable[Checklist], now: datetime) -> None:
    for checklist in checklists:
        publish(mall_id, checklist, now)
