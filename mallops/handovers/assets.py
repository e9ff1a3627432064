"""What the shifts of a mall count before they go, as its file says."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from mallops.db import db
from mallops.handovers.models import Asset
from mallops.places.content import AssetRow


def set_assets(mall_id: int, rows: Iterable[AssetRow]) -> None:
    """Let these be the assets of a mall; what was counted before is in the ledger.

    Flushes.
    """
    db.session.execute(sa.delete(Asset).where(Asset.mall_id == mall_id))
    db.session.add_all(
        Asset(
            mall_id=mall_id,
            code=row.code,
            name=row.words,
            expected=row.expected,
            team=row.team,
        )
        for row in rows
    )
    db.session.flush()
