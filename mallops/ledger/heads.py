"""Where a mall's ledger ends; its row is the queue of all who write there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from mallops.db import db, fetch
from mallops.ledger.models import Epoch, LedgerHead

_LOCKED = (
    sa.select(LedgerHead.ledger_seq, LedgerHead.chain)
    .where(LedgerHead.mall_id == sa.bindparam("mall_id"))
    .with_for_update()
)
_MOVED = (
    sa.update(LedgerHead)
    .where(LedgerHead.mall_id == sa.bindparam("of_mall"))
    .values(ledger_seq=sa.bindparam("to_seq"), chain=sa.bindparam("to_chain"))
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last number and hash of a mall's ledger."""

    ledger_seq: int
    chain: str


def locked(mall_id: int) -> Head:
    """Where the ledger ends, once those who were before us are done."""
    (row,) = fetch(_LOCKED, mall_id=mall_id)
    return Head(*row)


def move(mall_id: int, head: Head) -> None:
    """It ends here now."""
    to = {"of_mall": mall_id, "to_seq": head.ledger_seq, "to_chain": head.chain}
    db.session.connection().execute(_MOVED, to)


def backed_up(mall_id: int, through: int) -> None:
    """All up to this number is in a backup that was read back; it never goes down."""
    db.session.execute(
        sa.update(LedgerHead)
        .where(LedgerHead.mall_id == mall_id, LedgerHead.backed_up_through < through)
        .values(backed_up_through=through)
    )


def begin_new_life(connection: sa.Connection, now: datetime) -> None:
    """A restored database: phones feed again what it lacks; what it has is backed up.

    Takes a connection because the database is not in use yet.
    """
    connection.execute(sa.insert(Epoch).values(value=str(uuid4()), started_at=now))
    whole = {"backed_up_through": LedgerHead.ledger_seq}
    connection.execute(sa.update(LedgerHead).values(whole))
