"""What is in a copied database: where it stands, whether it holds, which photos."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from mallops.backups.manifest import Head
from mallops.errors import Refused
from mallops.ledger import verifying
from mallops.ledger.models import Epoch, LedgerHead, Photo
from mallops.places.models import Mall

_HEADS = sa.select(Mall.code, LedgerHead.ledger_seq, LedgerHead.chain).join(
    LedgerHead, LedgerHead.mall_id == Mall.id
)


def heads(connection: sa.Connection) -> dict[str, Head]:
    """Where the ledger of each mall ends, by the mall's code."""
    rows = connection.execute(_HEADS.order_by(Mall.code))
    return {code: Head(seq, chain) for code, seq, chain in rows}


def epoch(connection: sa.Connection) -> str:
    newest = sa.select(Epoch.value).order_by(Epoch.id.desc()).limit(1)
    return str(connection.execute(newest).scalar_one())


def revision(connection: sa.Connection) -> str:
    """The newest migration that was run on it."""
    return str(
        connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    )


def check_ledgers(connection: sa.Connection) -> None:
    """Walk every mall's chain.

    Raises:
        Refused("ledger_broken"): the first entry that does not fit.
    """
    for code, mall_id in connection.execute(sa.select(Mall.code, Mall.id)).all():
        fault = verifying.first_break(connection, mall_id)
        if fault:
            where = f"at {fault.ledger_seq} ({fault.entry_id}): {fault.reason}"
            raise Refused("ledger_broken", f"the ledger of {code} is broken {where}")


def photos(connection: sa.Connection) -> Iterator[sa.Row[int, str, str]]:
    """(mall_id, sha256, hash of the kept bytes) of every photo it knows."""
    columns = Photo.mall_id, Photo.sha256, Photo.stored_sha256
    rows = connection.execute(sa.select(*columns).order_by(*columns))
    yield from rows.yield_per(500)
