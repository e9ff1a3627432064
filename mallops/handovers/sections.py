"""The parts of a handover, each read from the feature it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mallops.db import fetch
from mallops.doors.models import DoorDay
from mallops.findings.models import SEVERITIES, Finding
from mallops.findings.rules import is_overdue
from mallops.handovers import queries
from mallops.handovers.coverage import MOST, Asked, Rows, short
from mallops.handovers.models import Asset
from mallops.notices import queries as notice_queries
from mallops.notices import rules as notice_rules
from mallops.notices.models import Penalty
from mallops.places.models import Place, Tenant, Unit
from mallops.places.rules import ONE_DAY

# Built once: that takes longer than asking.
_OF_MALL: sa.BindParameter[int] = sa.bindparam("mall_id")
_FINDINGS = (
    sa.select(
        Finding.id,
        Finding.number,
        Finding.severity,
        Finding.state,
        Finding.category,
        Finding.title,
        Finding.text,
        Finding.team,
        Finding.fix_by,
        Finding.waiting_since,
        Finding.waiting_for,
        Finding.opened_at,
        Unit.no.label("unit"),
        Place.name.label("place"),
    )
    .outerjoin(Unit, Unit.id == Finding.unit_id)
    .outerjoin(Place, Place.id == Finding.place_id)
    .where(Finding.mall_id == _OF_MALL, Finding.closed_at.is_(None))
    .order_by(Finding.fix_by, Finding.id)
    .limit(MOST)
)
_FINDINGS_OF_TEAM = _FINDINGS.where(Finding.team == sa.bindparam("team"))
NOTABLE = ("late", "not_open", "early")
_DOORS = (
    sa.select(
        *(getattr(DoorDay, name) for name in ("day", "event", "state", "case")),
        *(getattr(DoorDay, name) for name in ("planned_at", "least", "most")),
        Unit.no,
        Tenant.name.label("tenant"),
    )
    .join(Unit, Unit.id == DoorDay.unit_id)
    .outerjoin(Tenant, Tenant.id == DoorDay.tenant_id)
    .where(
        DoorDay.mall_id == _OF_MALL,
        DoorDay.day.in_(sa.bindparam("days", expanding=True)),
        DoorDay.state.in_(NOTABLE),
        DoorDay.planned_at >= sa.bindparam("since"),
        DoorDay.planned_at < sa.bindparam("until"),
    )
    .order_by(DoorDay.planned_at, Unit.no)
    .limit(MOST)
)
_PENALTIES = (
    sa.select(Penalty.proposed_at, Unit.no, Penalty.text, Penalty.clause)
    .join(Unit, Unit.id == Penalty.unit_id)
    .where(Penalty.mall_id == _OF_MALL, Penalty.state == "proposed")
    .order_by(Penalty.proposed_at, Penalty.id)
    .limit(MOST)
)
_ASSETS = (
    sa.select(Asset.code, Asset.name, Asset.expected)
    .where(
        Asset.mall_id == _OF_MALL,
        Asset.team.is_not_distinct_from(sa.bindparam("team", type_=sa.String())),
    )
    .order_by(Asset.id)
)


def findings(asked: Asked) -> Rows:
    """The open ones by severity, overdue first; a team's shift has its own only."""
    team = asked.shift.team
    query = _FINDINGS if team is None else _FINDINGS_OF_TEAM
    rows = fetch(query, mall_id=asked.mall.id, team=team)
    return sorted((_finding(row, asked) for row in rows), key=_urgency)


def _finding(row: Any, asked: Asked) -> dict[str, Any]:
    waiting = row.waiting_since is not None
    active = row.state != "fixed"
    return {
        "key": f"finding:{row.id}",
        "number": row.number,
        "severity": row.severity,
        "overdue": active and is_overdue(row.fix_by, waiting, asked.now),
        "state": row.state,
        "category": row.category,
        "title": row.title,
        "text": short(row.text),
        "team": row.team,
        "unit": row.unit,
        "place": row.place,
        "opened_at": asked.iso(row.opened_at),
        "fix_by": asked.iso(row.fix_by),
        "waiting_for": row.waiting_for if waiting else None,
    }


def _urgency(facts: dict[str, Any]) -> tuple[int, bool, str, str]:
    return (
        SEVERITIES.index(facts["severity"]),
        not facts["overdue"],
        facts["fix_by"] or "9",
        facts["key"],
    )


def doors(asked: Asked) -> dict[str, Any]:
    """Shops of the shift's hours that opened late, not at all, or closed early."""
    rows = _doors(asked) if asked.is_operations else []
    states = [row.state for row in rows]
    return {
        **{state: states.count(state) for state in NOTABLE},
        "lines": [_case(row, asked) for row in rows if row.case],
    }


def _doors(asked: Asked) -> Sequence[Any]:
    shift = asked.shift
    return fetch(
        _DOORS,
        mall_id=asked.mall.id,
        days=[shift.day, shift.day + ONE_DAY],
        since=shift.starts_at,
        until=shift.ends_at,
    )


def _case(row: Any, asked: Asked) -> dict[str, Any]:
    return {
        "key": f"case:{row.no}.{row.day:%Y%m%d}.{row.event}",
        "case": row.case,
        "event": row.event,
        "unit": row.no,
        "tenant": row.tenant,
        "planned_at": asked.iso(row.planned_at),
        "least": row.least,
        "most": row.most,
    }


def notices(asked: Asked) -> Rows:
    """Issued and not yet in the tenant's hands, the ones due first at the front."""
    if not asked.is_operations:
        return []
    return [
        {
            "key": f"notice:{one.id}",
            "number": one.number,
            "level": one.level,
            "state": one.state,
            "unit": one.unit,
            "tenant": one.tenant,
            "text": short(one.what),
            "rectify_by": asked.iso(one.rectify_by),
            "overdue": notice_rules.is_overdue(
                one.state, one.rectify_by, one.finding_state, asked.now
            ),
        }
        for one in notice_queries.to_deliver(asked.mall.id)
    ]


def penalties(asked: Asked) -> Rows:
    """Proposed and not yet decided on: to know, for a manager to decide."""
    if not asked.is_operations:
        return []
    return [
        {"at": asked.iso(at), "unit": no, "text": short(text or clause)}
        for at, no, text, clause in fetch(_PENALTIES, mall_id=asked.mall.id)
    ]


# -- Assets, instructions -------------------------------------------------------------


def assets(asked: Asked) -> Rows:
    """What the shift counts before it goes."""
    return [
        {
            "key": f"asset:{one.code}",
            "code": one.code,
            "name": one.name,
            "expected": one.expected,
        }
        for one in fetch(_ASSETS, mall_id=asked.mall.id, team=asked.shift.team)
    ]


def instructions(asked: Asked) -> Rows:
    """What management said and this team's shifts have not taken note of."""
    shift = asked.shift
    return [
        {
            "key": f"instruction:{one.id}",
            "text": one.text,
            "by": one.given_by or "",
            "at": asked.iso(one.given_at),
            "until": one.until.isoformat() if one.until else None,
        }
        for one in queries.instructions_for(asked.mall.id, shift.team, shift.day)
    ]
