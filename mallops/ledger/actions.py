"""Storing entries once: numbered, chained, shown in the log, applied."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal
from uuid import UUID, uuid4

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.exc import OperationalError

from mallops.db import db, insert_rows
from mallops.ledger import chain, heads, kinds, queries
from mallops.ledger.heads import Head
from mallops.ledger.judging import judge
from mallops.ledger.kinds import Judged, Judgement, Received
from mallops.ledger.models import Entry, LedgerHead, LogLine
from mallops.ledger.queries import Receipt
from mallops.ledger.rows import is_doubted, line_of, sealed
from mallops.places.models import Mall
from mallops.places.rules import business_day

log = logging.getLogger(__name__)

# How long a phone waits before it offers an entry again that broke our own code.
UNWELL_AFTER_S = 300

Status = Literal["accepted", "duplicate", "held", "retry", "conflict", "gone"]


@dataclass(frozen=True)
class Outcome:
    """What became of one entry that was offered (docs/sync.md, statuses)."""

    id: UUID
    status: Status
    receipt: dict[str, Any] | None = None
    missing: tuple[str, ...] = ()
    after_s: int | None = None


def open_ledger(mall_id: int) -> None:
    """Give a new mall its empty ledger. Flushes."""
    head = LedgerHead(
        mall_id=mall_id, ledger_seq=0, chain=chain.GENESIS, backed_up_through=0
    )
    db.session.add(head)
    db.session.flush()


def store(mall: Mall, offered: Sequence[Received]) -> list[Outcome]:
    """Store what is new and say of each entry what became of it, in order.

    The mall's head row is locked first, so numbers have no gaps and two copies of
    one entry sent at the same moment meet here: the second finds the first.
    """
    before = heads.locked(mall.id)
    known, erased = queries.known(entry.id for entry in offered)
    photos = queries.photos_held(mall.id, (p for e in offered for p in e.photos))
    outcomes: dict[int, Outcome] = {}
    fresh: dict[UUID, tuple[int, Received]] = {}
    for place, entry in enumerate(offered):
        missing = set(entry.photos) - photos - set(entry.photos_lost)
        if entry.id in erased:
            outcomes[place] = Outcome(entry.id, "gone")
        elif entry.id in known:
            outcomes[place] = _compare(known[entry.id], entry, mall.id)
        elif entry.id in fresh:
            outcomes[place] = _within(fresh[entry.id][1], entry)
        elif missing:
            outcomes[place] = Outcome(entry.id, "retry", missing=tuple(sorted(missing)))
        else:
            fresh[entry.id] = (place, entry)
    new, head = _store_together(mall, before, [entry for _, entry in fresh.values()])
    if head != before:
        heads.move(mall.id, head)
    outcomes.update(
        (place, outcome)
        for (place, _), outcome in zip(fresh.values(), new, strict=True)
    )
    return [outcomes[place] for place in range(len(offered))]


def desk_entry(
    mall: Mall, kind: str, body: Mapping[str, Any], user_id: int, now: datetime
) -> Received:
    """An entry made on a desk page: sealed here, by the person who is signed in."""
    text = json.dumps(body, ensure_ascii=False)
    return Received(
        id=uuid4(),
        kind=kind,
        v=1,
        install_id=None,
        install_seq=None,
        recorded_by_id=user_id,
        carried_by_id=user_id,
        recorded_at=now,
        recorded_offset_minutes=0,
        sent_at=now,
        received_at=now,
        occurred_at=now,
        business_day=business_day(now, mall.time_zone, mall.day_starts_at),
        text=text,
        sha256=chain.body_hash(text),
        body=kinds.get(kind, 1).read(text),
    )


def received_again(entry: Entry) -> Received:
    """A stored entry as it was when it came in, to be judged or applied again."""
    names = Received.__struct_fields__
    columns = {name: getattr(entry, name) for name in names if hasattr(entry, name)}
    return Received(
        **{
            **columns,
            "text": entry.body,
            "body": kinds.get(entry.kind, entry.v).read(entry.body),
            "photos": tuple(entry.photos),
            "flags": tuple(entry.flags),
        }
    )


def record(mall: Mall, entry: Received) -> Outcome:
    """Store one entry that was made on a desk page.

    Raises:
        RuntimeError: it could not be stored (our mistake; nothing was stored).
    """
    outcome = store(mall, [entry])[0]
    if outcome.status not in {"accepted", "duplicate"}:
        raise RuntimeError(f"a desk entry was answered {outcome.status}")
    return outcome


def _compare(stored: Receipt, entry: Received, mall_id: int) -> Outcome:
    if stored.sha256 != entry.sha256 or stored.mall_id != mall_id:
        return Outcome(entry.id, "conflict")
    return Outcome(entry.id, "duplicate", receipt=_receipt_of(stored))


def _within(first: Received, entry: Received) -> Outcome:
    """The same id twice in one batch: the second waits for the first one's receipt."""
    same = first.sha256 == entry.sha256
    return (
        Outcome(entry.id, "retry", after_s=1) if same else Outcome(entry.id, "conflict")
    )


def _store_together(
    mall: Mall, head: Head, entries: Sequence[Received]
) -> tuple[list[Outcome], Head]:
    """All in one go; if that fails, one by one, so that no entry holds up another.

    Raises:
        OperationalError: the database itself is unwell. SQLite, when it is full, has
            undone the whole transaction by then, with what was stored before.
    """
    if not entries:
        return [], head
    try:
        with db.session.begin_nested():
            return _insert_runs(mall, head, entries)
    except OperationalError:
        raise
    except Exception:
        if len(entries) == 1:
            log.exception("entry %s could not be stored", entries[0].id)
            return [Outcome(entries[0].id, "retry", after_s=UNWELL_AFTER_S)], head
    outcomes = []
    for entry in entries:
        stored, head = _store_together(mall, head, [entry])
        outcomes += stored
    return outcomes, head


def _insert_runs(
    mall: Mall, head: Head, entries: Sequence[Received]
) -> tuple[list[Outcome], Head]:
    outcomes = []
    for run in kinds.runs(entries):
        stored, head = _insert(mall, head, run)
        outcomes += stored
    return outcomes, head


def _insert(
    mall: Mall, head: Head, entries: Sequence[Received]
) -> tuple[list[Outcome], Head]:
    judged = kinds.watched(mall, judge(mall, entries))
    rows = list(sealed(mall.id, head, judged))
    insert_rows(Entry, rows)
    _show(rows, [judgement for _, judgement in judged])
    apply(
        mall,
        [
            pair
            for pair, row in zip(judged, rows, strict=True)
            if row["status"] == "accepted"
        ],
    )
    outcomes = [Outcome(row["id"], row["status"], _receipt(row)) for row in rows]
    return outcomes, Head(rows[-1]["ledger_seq"], rows[-1]["chain"])


def apply(mall: Mall, judged: Sequence[Judged]) -> None:
    """Make the features' tables say what these entries mean, in ledger order."""
    for (name, v), run in groupby(judged, key=lambda pair: (pair[0].kind, pair[0].v)):
        effective = [pair for pair in run if pair[1].facts is not None]
        if effective:
            kinds.get(name, v).apply(mall, effective)


def _show(rows: Sequence[dict[str, Any]], judgements: Sequence[Judgement]) -> None:
    insert_rows(
        LogLine,
        [line_of(row, said) for row, said in zip(rows, judgements, strict=True)],
    )


def settle(mall: Mall, entry: Received, *, accept: bool) -> None:
    """A held entry was decided on: count it, or mark it void. Flushes."""
    judged = judge(mall, [replace(entry, held_because=None)])[0]
    problem = judged[1].problem or is_doubted(entry.flags)
    db.session.execute(
        sa.update(LogLine)
        .where(LogLine.entry_id == entry.id)
        .values(state="accepted" if accept else "void", problem=problem)
    )
    if accept:
        apply(mall, [judged])


def _receipt_of(entry: Receipt) -> dict[str, Any]:
    return _receipt(
        {
            "ledger_seq": entry.ledger_seq,
            "sha256": entry.sha256,
            "received_at": entry.received_at,
            "flags": entry.flags,
        }
    )


def _receipt(row: dict[str, Any]) -> dict[str, Any]:
    names = ("ledger_seq", "sha256", "received_at", "flags")
    return {name: row[name] for name in names}
