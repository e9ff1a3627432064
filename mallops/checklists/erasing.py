"""What is left of an inspection that was erased: what was asked, passed and failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from mallops.checklists import problems, queries
from mallops.checklists.models import FailedAnswer
from mallops.db import db
from mallops.ledger.erasing import MARK, without
from mallops.ledger.kinds import Judged
from mallops.places.models import Mall

WORDS = frozenset({"note", "photos", "aborted"})
IN_WORDS = frozenset({"text", "signature"})  # items that are answered in words


def redact(mall: Mall, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without words, names and photos; every verdict stays."""
    left: dict[str, Any] = without(body, WORDS)
    key = (body["checklist"], body["version"])
    published = queries.versions(mall.id, [key]).get(key)
    for code, answer in left["answers"].items():
        item = published.items.get(code) if published else None
        is_words = item is None or item.type in IN_WORDS
        if is_words and isinstance(answer.get("value"), str):
            answer["value"] = MARK if answer["value"] else ""
    return left


def reword(mall: Mall, judged: Sequence[Judged]) -> None:
    facts = [said.facts for _, said in judged if said.facts]
    for row in (failure for one in facts for failure in one["failures"]):
        db.session.execute(
            sa.update(FailedAnswer)
            .where(
                FailedAnswer.entry_id == row["entry_id"],
                FailedAnswer.item == row["item"],
            )
            .values(note=row["note"])
        )
    problems.reword([inspected for one in facts for inspected in one["inspected"]])
