"""Do the signatures of handovers still say what the ledger says?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import rules
from mallops.handovers.coverage import CHUNK, ids_in, is_id
from mallops.handovers.seen import NOT_AS_SHOWN
from mallops.ledger.models import Entry
from mallops.ledger.verifying import Break, is_as_sealed, what_remains


def faults(mall_id: int) -> Iterator[Break]:
    """Each entry that a signature covers and that is not what was signed for.

    One whose hash and chain were made again as well still differs from what the
    signature says of it. What the server never showed like this claims nothing.
    """
    signed = sa.select(Entry.id, Entry.flags, Entry.held_because).where(
        Entry.mall_id == mall_id, Entry.kind == "handover_sign"
    )
    rows = db.session.execute(signed.order_by(Entry.ledger_seq)).all()
    for entry_id, flags, why in rows:
        if NOT_AS_SHOWN not in flags and why != "digest_mismatch":
            yield from _faults_of(db.session.get_one(Entry, entry_id))
            db.session.expunge_all()


def _faults_of(entry: Entry) -> Iterator[Break]:
    body = json.loads(entry.body)
    is_whole = not what_remains(db.session.connection(), [entry.id])
    if is_whole and rules.digest(body["snapshot"]) != body["digest"]:
        reason = "the snapshot of this handover is not what was signed"
        yield Break(entry.ledger_seq, entry.id, reason)
    covered = body["snapshot"]["covered"]
    if not all(is_id(one.partition(" ")[0]) for one in covered):
        reason = "this handover says it covers what can be no entry"
        yield Break(entry.ledger_seq, entry.id, reason)
    hashes = ids_in(covered)
    ids = list(hashes)
    for start in range(0, len(ids), CHUNK):
        found = _stored(entry.mall_id, ids[start : start + CHUNK])
        remains = what_remains(db.session.connection(), list(found))
        for id_ in ids[start : start + CHUNK]:
            seq, reason = _compare(id_, found.get(id_), hashes[id_], remains)
            if reason:
                by = f", says the handover of {body['shift']} ({entry.id})"
                yield Break(seq or entry.ledger_seq, id_, reason + by)


def _stored(mall_id: int, ids: Sequence[UUID]) -> dict[UUID, tuple[int, str, str]]:
    rows = sa.select(Entry.id, Entry.ledger_seq, Entry.sha256, Entry.body).where(
        Entry.mall_id == mall_id, Entry.id.in_(ids)
    )
    return {id_: (seq, sha, body) for id_, seq, sha, body in db.session.execute(rows)}


def _compare(
    entry_id: UUID,
    stored: tuple[int, str, str] | None,
    signed_for: str,
    remains: Mapping[UUID, str],
) -> tuple[int | None, str]:
    """The number of an entry, and what is wrong with it; empty: nothing is.

    One that was erased on purpose still has the hash that was signed for.
    """
    if stored is None:
        return None, "a covered entry is missing"
    seq, sha256, body = stored
    if sha256 != signed_for or not is_as_sealed(entry_id, sha256, body, remains):
        return seq, "a covered entry was altered"
    return seq, ""
