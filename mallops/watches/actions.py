"""Marking a tenant to watch, and taking the mark away."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _

from mallops.db import db
from mallops.errors import Refused
from mallops.notices.queries import find_unit, tenants_of
from mallops.places.models import Mall
from mallops.places.rules import business_day
from mallops.watches.models import TenantWatch


def mark(
    mall: Mall, unit_no: str, reason: str, last_day: date, by_id: int, now: datetime
) -> TenantWatch:
    """Watch whoever holds a unit today. Flushes.

    Raises:
        Refused: ``unknown_place``, no such unit; ``vacant``, nobody holds it;
            ``over``, the last day is past.
    """
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    unit = find_unit(mall.id, unit_no)
    if unit is None:
        text = _("There is no unit with this number here.")
        raise Refused("unknown_place", text)
    tenant = tenants_of([(unit.id, today)]).get((unit.id, today))
    if tenant is None:
        raise Refused("vacant", _("Nobody holds this unit today."))
    if last_day < today:
        raise Refused("over", _("This day is past."))
    watch = TenantWatch(
        mall_id=mall.id,
        unit_id=unit.id,
        tenant_id=tenant.id,
        reason=reason,
        last_day=last_day,
        set_at=now,
        set_by_id=by_id,
    )
    db.session.add(watch)
    db.session.flush()
    return watch


def end(watch: TenantWatch, by_id: int, now: datetime) -> None:
    """Watch this tenant no more; once ended it stays so. Flushes."""
    if watch.ended_at is None:
        watch.ended_at, watch.ended_by_id = now, by_id
    db.session.flush()
