"""In which order one walks past the shops of a floor: shown, moved, kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.db import db
from mallops.errors import Refused
from mallops.places.models import Mall, Unit
from mallops.places.rules import reordered


def units_in_order(mall_id: int) -> list[Unit]:
    """All units of a mall as one walks past them."""
    rows = sa.select(Unit).where(Unit.mall_id == mall_id)
    return list(db.session.scalars(rows.order_by(Unit.walk_order, Unit.no)))


def walk_in_order(
    mall: Mall, floor: str, shown: Sequence[str], wanted: Mapping[str, int]
) -> None:
    """Put some shops of a floor at other places of its walk. Flushes.

    ``shown`` are the numbers of the floor's units as they were shown, ``wanted`` the
    new places, counted from 1.

    Raises:
        Refused: ``order_changed``, somebody else changed it in the meantime.
    """
    every = units_in_order(mall.id)
    on_floor = {unit.no: unit for unit in every if unit.floor == floor}
    if list(on_floor) != list(shown):
        text = _("Somebody else changed this floor in the meantime: look again.")
        raise Refused("order_changed", text)
    anew = iter([on_floor[no] for no in reordered(shown, wanted)])
    walk = [next(anew) if unit.floor == floor else unit for unit in every]
    for number, unit in enumerate(walk, start=1):
        if unit.walk_order != number:
            unit.walk_order = number
    db.session.flush()
