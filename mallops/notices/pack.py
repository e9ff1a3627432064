"""The part of the walk pack that notices need: what is to be brought to which shop."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mallops.notices import queries
from mallops.people.models import Membership
from mallops.people.rights import RECORDERS
from mallops.places.models import Mall


def pack_of(mall: Mall, member: Membership) -> dict[str, Any]:
    """Keys of the walk pack (docs/sync.md); none at all for a team."""
    if member.role not in RECORDERS["notice_delivery"]:
        return {}
    zone = ZoneInfo(mall.time_zone)
    return {"notices": [_notice(one, zone) for one in queries.to_deliver(mall.id)]}


def _notice(notice: Any, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(notice.id),
        "number": notice.number,
        "level": notice.level,
        "unit": notice.unit,
        "floor": notice.floor,
        "tenant": notice.tenant,
        "what": notice.what,
        "clause": notice.clause,
        "rectify_by": _iso(notice.rectify_by, zone),
        "language": notice.language,
        "finding": notice.finding_id,
        "issued_at": _iso(notice.issued_at, zone),
        "state": notice.state,
    }


def _iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
