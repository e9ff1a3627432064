"""Making the applied state again from the ledger alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from mallops.db import db
from mallops.ledger import actions, kinds, queries
from mallops.ledger.judging import judge
from mallops.ledger.kinds import Judged
from mallops.ledger.models import Entry, LogLine
from mallops.ledger.rows import line_of
from mallops.places.models import Mall


def rebuild() -> int:
    """Empty what can be derived and apply every entry again. Flushes.

    Returns:
        How many entries were applied.
    """
    _empty()
    return sum(_replay(mall) for mall in db.session.scalars(sa.select(Mall)).all())


def _empty() -> None:
    for kind in kinds.all_kinds():
        for table in kind.tables:
            db.session.execute(sa.delete(table))
    db.session.execute(sa.delete(LogLine))


def _replay(mall: Mall) -> int:
    mall_id, count = mall.id, 0
    for chunk in queries.in_order(mall_id):
        mall = db.session.get_one(Mall, mall_id)
        # One kind at a time, so that each finds applied what came before it.
        for _kind, run in groupby(chunk, key=attrgetter("kind")):
            _apply(mall, list(run))
        count += len(chunk)
    return count


def _apply(mall: Mall, chunk: Sequence[Entry]) -> None:
    """Entries as they came in: what was held stays held until its decision comes."""
    rows = [_columns(entry) for entry in chunk]
    judged = judge(mall, [actions.received_again(entry) for entry in chunk])
    lines = [line_of(row, said) for row, (_, said) in zip(rows, judged, strict=True)]
    db.session.execute(sa.insert(LogLine), lines)
    counted: list[Judged] = [
        pair
        for pair, row in zip(judged, rows, strict=True)
        if row["status"] == "accepted"
    ]
    actions.apply(mall, counted)


def _columns(entry: Entry) -> dict[str, object]:
    return {
        column.key: getattr(entry, column.key) for column in sa.inspect(Entry).columns
    }
