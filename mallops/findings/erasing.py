"""Making findings and their steps say what is left of entries that were erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.findings.actions import Problem
from mallops.findings.models import Finding, FindingUpdate


def reword_findings(problems: Iterable[Problem]) -> None:
    for problem in problems:
        db.session.execute(
            sa.update(Finding)
            .where(Finding.id == problem.finding_id)
            .values(
                text=problem.text.replace("\0", " "),
                photos=list(problem.photos),
                details=dict(problem.details),
            )
        )


def reword_opened_by(entry_id: UUID, text: str, photos: list[str]) -> None:
    """All that one entry opened says what is left of its own words."""
    opened = sa.update(Finding).where(Finding.entry_id == entry_id)
    db.session.execute(opened.values(text=text, photos=photos))


def reword_steps(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        db.session.execute(
            sa.update(FindingUpdate)
            .where(
                FindingUpdate.entry_id == row["entry_id"],
                FindingUpdate.finding_id == row["finding_id"],
            )
            .values({name: row[name] for name in ("text", "photos", "details")})
        )
