"""The parts of a handover, each read from the feature it belongs to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mallops.db import db
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
)


def findings(asked: Asked) -> Rows:
    """The open ones by severity, overdue first; a team's shift has its own only."""
    query = _FINDINGS.where(
        Finding.mall_id == asked.mall.id, Finding.closed_at.is_(None)
    )
    if asked.shift.team is not None:
        query = query.where(Finding.team == asked.shift.team)
    rows = db.session.execute(query.order_by(Finding.fix_by, Finding.id).limit(MOST))
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


NOTABLE = ("late", "not_open", "early")


def doors(asked: Asked) -> dict[str, Any]:
    """Shops of the shift's hours that opened late, not at all, or closed early."""
    rows = _doors(asked) if asked.is_operations else []
    states = [row.state for row, _no, _tenant in rows]
    return {
        **{state: states.count(state) for state in NOTABLE},
        "lines": [
            _case(row, no, tenant, asked) for row, no, tenant in rows if row.case
        ],
    }


def _doors(asked: Asked) -> list[Any]:
    shift = asked.shift
    query = (
        sa.select(DoorDay, Unit.no, Tenant.name)
        .join(Unit, Unit.id == DoorDay.unit_id)
        .outerjoin(Tenant, Tenant.id == DoorDay.tenant_id)
        .where(DoorDay.mall_id == asked.mall.id)
        .where(DoorDay.day.in_((shift.day, shift.day + ONE_DAY)))
        .where(DoorDay.state.in_(NOTABLE))
        .where(DoorDay.planned_at >= shift.starts_at)
        .where(DoorDay.planned_at < shift.ends_at)
        .order_by(DoorDay.planned_at, Unit.no)
        .limit(MOST)
    )
    return list(db.session.execute(query).all())


def _case(
    row: DoorDay, no: str, tenant: dict[str, str] | None, asked: Asked
) -> dict[str, Any]:
    return {
        "key": f"case:{no}.{row.day:%Y%m%d}.{row.event}",
        "case": row.case,
        "event": row.event,
        "unit": no,
        "tenant": tenant,
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
            "unit": one.unit.no,
            "tenant": one.tenant,
            "text": short(one.what),
            "rectify_by": asked.iso(one.rectify_by),
            "overdue": notice_rules.is_overdue(
                one.state, one.rectify_by, one.finding.state, asked.now
            ),
        }
        for one in notice_queries.to_deliver(asked.mall.id)
    ]


def penalties(asked: Asked) -> Rows:
    """Proposed and not yet decided on: to know, for a manager to decide."""
    if not asked.is_operations:
        return []
    query = (
        sa.select(Penalty.proposed_at, Unit.no, Penalty.text, Penalty.clause)
        .join(Unit, Unit.id == Penalty.unit_id)
        .where(Penalty.mall_id == asked.mall.id, Penalty.state == "proposed")
        .order_by(Penalty.proposed_at, Penalty.id)
        .limit(MOST)
    )
    return [
        {"at": asked.iso(at), "unit": no, "text": short(text or clause)}
        for at, no, text, clause in db.session.execute(query)
    ]


# -- Assets, instructions -------------------------------------------------------------


def assets(asked: Asked) -> Rows:
    """What the shift counts before it goes."""
    team = asked.shift.team
    query = sa.select(Asset).where(Asset.mall_id == asked.mall.id)
    of_team = Asset.team.is_(None) if team is None else Asset.team == team
    return [
        {
            "key": f"asset:{one.code}",
            "code": one.code,
            "name": one.name,
            "expected": one.expected,
        }
        for one in db.session.scalars(query.where(of_team).order_by(Asset.id))
    ]


def instructions(asked: Asked) -> Rows:
    """What management said and this team's shifts have not taken note of."""
    shift = asked.shift
    return [
        {
            "key": f"instruction:{one.id}",
            "text": one.text,
            "by": one.given_by.name if one.given_by else "",
            "at": asked.iso(one.given_at),
            "until": one.until.isoformat() if one.until else None,
        }
        for one in queries.instructions_for(asked.mall.id, shift.team, shift.day)
    ]
