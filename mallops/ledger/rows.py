"""The rows an entry makes: in the ledger, chained, and as a line of the log (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mallops.ledger import chain
from mallops.ledger.heads import Head
from mallops.ledger.kinds import Judged, Judgement, Received

# Flags that tell how an entry came in, not that something is wrong with it.
HARMLESS = frozenset({"relayed"})


def sealed(
    mall_id: int, head: Head, judged: Sequence[Judged]
) -> Iterator[dict[str, Any]]:
    """The rows of some entries, numbered and chained from where the ledger ends."""
    seq, previous = head.ledger_seq, head.chain
    for entry, judgement in judged:
        seq += 1
        row = _row(mall_id, seq, entry, judgement)
        row["chain"] = previous = chain.link(previous, row)
        yield row


def _row(
    mall_id: int, seq: int, entry: Received, judgement: Judgement
) -> dict[str, Any]:
    held = entry.held_because or judgement.held_because
    return {
        "id": entry.id,
        "mall_id": mall_id,
        "ledger_seq": seq,
        "kind": entry.kind,
        "v": entry.v,
        "install_id": entry.install_id,
        "install_seq": entry.install_seq,
        "recorded_by_id": entry.recorded_by_id,
        "carried_by_id": entry.carried_by_id,
        "recorded_at": entry.recorded_at,
        "recorded_offset_minutes": entry.recorded_offset_minutes,
        "sent_at": entry.sent_at,
        "received_at": entry.received_at,
        "occurred_at": entry.occurred_at,
        "business_day": judgement.business_day or entry.business_day,
        "body": entry.text,
        "sha256": entry.sha256,
        "photos": list(entry.photos),
        "flags": sorted({*entry.flags, *judgement.flags}),
        "status": "held" if held else "accepted",
        "held_because": held,
    }


def line_of(row: dict[str, Any], said: Judgement) -> dict[str, Any]:
    """The log line of an entry, from its columns and what its kind says of it."""
    return {
        "entry_id": row["id"],
        "mall_id": row["mall_id"],
        "business_day": row["business_day"],
        "occurred_at": row["occurred_at"],
        "ledger_seq": row["ledger_seq"],
        "kind": row["kind"],
        "state": row["status"],
        "person_id": row["recorded_by_id"],
        "zone_id": said.zone_id,
        "place_id": said.place_id,
        "unit_id": said.unit_id,
        "problem": said.problem or row["status"] == "held" or is_doubted(row["flags"]),
        "summary": summary_of(said, row["status"], row["flags"]),
        "search": said.search.replace("\0", " ").lower(),
    }


def summary_of(said: Judgement, status: str, flags: Sequence[str]) -> dict[str, Any]:
    """What the line says; ``doubted``: it is among the problems for its flags alone.

    Nothing is known to be wrong then, and the flags themselves say why somebody should
    look at it.
    """
    if said.problem or status == "held" or not is_doubted(flags):
        return dict(said.summary)
    return {**said.summary, "doubted": True}


def is_doubted(flags: Sequence[str]) -> bool:
    return any(flag not in HARMLESS for flag in flags)
