"""Deciding on the steps that cases call for, and taking cases out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from msgspec.structs import replace

from mallops.cases import month, queries, rules, words
from mallops.db import db, insert_rows
from mallops.doors import actions as doors
from mallops.doors import queries as door_queries
from mallops.doors import urgent
from mallops.doors.models import CaseDecision, Dismissal
from mallops.errors import Refused
from mallops.findings import queries as findings
from mallops.findings.models import Finding
from mallops.ledger import actions as ledger
from mallops.ledger import heads
from mallops.notices import actions as notices
from mallops.notices.actions import Draft
from mallops.people.models import Membership
from mallops.places.models import Mall, Unit
from mallops.places.rules import business_day


@dataclass(frozen=True)
class OnCase:
    """The day of a shop that somebody decides on, and who does it when."""

    mall: Mall
    unit: Unit
    day: date
    member: Membership
    now: datetime


# -- On desk pages ------------------------------------------------------------------


def warn(on: OnCase, draft: Draft, photos: Sequence[str]) -> UUID:
    """Issue the verbal warning or the notice a case calls for. Flushes.

    Without a deadline the finding it is about is over, and the paper a warning only.

    Returns:
        The id of the notice.

    Raises:
        Refused: meanwhile the case calls for something else, the shop has another
            tenant, or the notice may not be issued like this (``notices.issue``).
    """
    _check(on, draft.level)
    finding: dict[str, Any] = {
        "category": "tenant",
        "severity": "S4",
        "text": draft.what,
        "unit": on.unit.no,
        "photos": list(photos),
    }
    if draft.rectify_by is None:
        finding |= {"fixed_on_spot": True, "warning": draft.level}
    finding_id = _record(on, "finding", finding)
    found = findings.find(on.mall.id, str(finding_id))
    if found is None:
        raise RuntimeError("a finding that was just recorded is not there")
    notice_id = notices.issue(on.mall, found, draft, on.member, on.now)
    _decide(on, draft.level, notice=str(notice_id))
    return notice_id


def propose(on: OnCase, said: Mapping[str, Any]) -> UUID:
    """Propose the penalty a case calls for, for the month's notice if any. Flushes.

    Returns:
        The id of the proposal.

    Raises:
        Refused: as ``warn``.
    """
    shop = _check(on, "penalty")
    written = [one.notice for one in shop.decided if one.made.step == "written"]
    standing = [one for one in written if one and one.state != "withdrawn"]
    about = {"notice": str(standing[-1].id)} if standing else {"unit": on.unit.no}
    penalty_id = notices.propose(on.mall, {**about, **said}, on.member, on.now)
    _decide(on, "penalty", penalty=str(penalty_id))
    return penalty_id


def note(on: OnCase, text: str) -> None:
    """Note what the manager does about a shop that often did not open. Flushes.

    Raises:
        Refused: meanwhile it is no manager's case.
    """
    _check(on, "manager")
    _decide(on, "manager", text=text)


def dismiss(on: OnCase, event: str, cause: str, reason: str) -> list[Finding]:
    """Take out a case: it no longer counts, whatever was seen. Flushes.

    Returns:
        The findings that the closed door opened. They are void now, but for those
        that take somebody else's word (``findings.doubt_about``).

    Raises:
        Refused("case_changed"): it is no case (any more).
        Refused("second_person"): nobody else saw it.
    """
    heads.locked(on.mall.id)  # wait where all who write to this mall wait
    days = queries.day_of(on.unit.id, on.day)
    if not any(one.event == event and one.case for one in days):
        raise Refused("case_changed", _changed())
    looks = month.looks({on.unit.id}, on.day, on.day)
    seen = [
        look.by_id
        for look in looks.get((on.unit.id, on.day, event), [])
        if not look.withdrawn
    ]
    if not rules.is_second_person(on.member.user_id, seen):
        text = _("Nobody but you saw it, so somebody else must take it out.")
        raise Refused("second_person", text)
    body = {"event": event, "cause": cause, "reason": reason, **_of(on)}
    _record(on, "door_case_dismissal", body)
    if event != "opening":
        return []
    found = urgent.of_day(on.mall, on.unit.id, on.day)
    urgent.take_out(on.mall, found, words.takes_out(cause, reason), on.member, on.now)
    return found


def _check(on: OnCase, *steps: str) -> month.Shop:
    """The shop's month, if the case still calls for one of these steps.

    Raises:
        Refused("case_changed"): it does not.
        Refused("other_tenant"): whoever would be told has not done it.
    """
    heads.locked(on.mall.id)
    for shop in month.shops(on.mall, on.day, on.unit.id):
        if shop.step_on(on.day, *steps):
            _check_tenant(on, shop)
            return shop
    raise Refused("case_changed", _changed())


def _check_tenant(on: OnCase, shop: month.Shop) -> None:
    today = business_day(on.now, on.mall.time_zone, on.mall.day_starts_at)
    holder = door_queries.planned(on.mall, [on.unit.id], today)[on.unit.id].tenant_id
    if shop.tenant is None or holder != shop.tenant.id:
        text = _("The tenant who did this is no longer in the unit.")
        raise Refused("other_tenant", text)


def _changed() -> str:
    return str(_("Meanwhile the case stands differently. Look at it again."))


def _of(on: OnCase) -> dict[str, str]:
    return {"unit": on.unit.no, "day": on.day.isoformat()}


def _decide(on: OnCase, step: str, **led_to: str) -> None:
    _record(on, "door_case_decision", {"step": step, **led_to, **_of(on)})


def _record(on: OnCase, kind: str, body: Mapping[str, Any]) -> UUID:
    entry = ledger.desk_entry(on.mall, kind, body, on.member.user_id, on.now)
    ledger.record(on.mall, replace(entry, photos=tuple(body.get("photos", ()))))
    return entry.id


# -- What entries mean --------------------------------------------------------------


def add_decisions(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note which steps were taken."""
    insert_rows(CaseDecision, [{**row, "mall_id": mall.id} for row in rows])


def add_dismissals(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what does not count as a case; these days are worked out anew."""
    insert_rows(Dismissal, [{**row, "mall_id": mall.id} for row in rows])
    db.session.flush()
    doors.work_out(mall, {(row["unit_id"], row["day"]) for row in rows})
