"""Do the sign-offs of days still name the handovers that were signed?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import rules
from mallops.ledger.models import Entry
from mallops.ledger.verifying import Break, what_remains
from mallops.signatures.day_pages import KIND


def faults(mall_id: int) -> Iterator[Break]:
    """Each handover a sign-off names that is gone, or is not what was signed off."""
    signed = sa.select(Entry.ledger_seq, Entry.body).where(
        Entry.mall_id == mall_id, Entry.kind == KIND
    )
    for seq, text in db.session.execute(signed.order_by(Entry.ledger_seq)).all():
        body = json.loads(text)
        for named in body["handovers"]:
            why = _fault(mall_id, named)
            if why:
                reason = f"{why}, says the sign-off of {body['day']}"
                yield Break(seq, UUID(named["id"]), reason)


def _fault(mall_id: int, named: dict[str, str]) -> str:
    entry = db.session.get(Entry, UUID(named["id"]))
    if entry is None or (entry.mall_id, entry.kind) != (mall_id, "handover_sign"):
        return "a handover is missing"
    body = json.loads(entry.body)
    is_whole = not what_remains(db.session.connection(), [entry.id])
    digest = rules.digest(body["snapshot"]) if is_whole else body["digest"]
    altered = digest != named["digest"]
    return "a handover was altered" if altered else ""
