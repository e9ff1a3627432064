"""Issuing notices and following them; proposing penalties and deciding on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from msgspec.structs import replace

from mallops.db import db, insert_rows
from mallops.errors import Refused
from mallops.findings import actions as findings
from mallops.findings.models import Finding
from mallops.ledger import actions as ledger
from mallops.ledger.models import LedgerHead
from mallops.notices import queries, rules
from mallops.notices.models import Notice, NoticeStep, Penalty
from mallops.people.models import Membership
from mallops.places.models import Mall


@dataclass(frozen=True)
class Draft:
    """What a supervisor makes of a draft before it is issued."""

    level: str
    what: str
    clause: str
    rectify_by: datetime | None
    language: str


# -- On desk pages ------------------------------------------------------------------


def issue(
    mall: Mall, finding: Finding, draft: Draft, member: Membership, now: datetime
) -> UUID:
    """Issue a notice; its deadline becomes the finding's. Flushes.

    Returns:
        The id of the notice.

    Raises:
        Refused: it may not be issued like this; ``code`` names why (rules).
    """
    _queue(mall)
    db.session.refresh(finding)
    tenant = queries.tenants_of([_spot_of(finding)]).get(_spot_of(finding))
    _check_issue(finding, draft, tenant is not None, now)
    year = now.astimezone(ZoneInfo(mall.time_zone)).year
    number = rules.number_of(year, queries.issued_in(mall.id, year))
    body = {
        **asdict(draft),
        "rectify_by": draft.rectify_by.isoformat() if draft.rectify_by else None,
        "finding": finding.id,
        "number": number,
        "unit": finding.unit.no if finding.unit else "",
        "tenant": tenant.name if tenant else {},
    }
    notice_id = _record(mall, "notice_issue", body, member, now)
    _set_deadline(mall, finding, draft, member, now)
    return notice_id


def _queue(mall: Mall) -> None:
    """Wait where all who write to this mall wait, before looking at what stands.

    So no number is given twice, and nothing is locked in another order than by phones.
    """
    head = sa.select(LedgerHead).filter_by(mall_id=mall.id).with_for_update()
    db.session.scalars(head).one()


def _spot_of(finding: Finding) -> tuple[int, Any]:
    return (finding.unit_id or 0, finding.business_day)


def _check_issue(
    finding: Finding, draft: Draft, has_tenant: bool, now: datetime
) -> None:
    earlier = queries.of_finding(finding.id)
    code = rules.refusal_to_issue(
        draft.level,
        finding_state=finding.state,
        has_tenant=has_tenant,
        rectify_by=draft.rectify_by,
        standing_levels={one.level for one in earlier if one.state != "withdrawn"},
        now=now,
    )
    if code:
        raise Refused(code, _refusals()[code])


def _set_deadline(
    mall: Mall, finding: Finding, draft: Draft, member: Membership, now: datetime
) -> None:
    """The re-check is due when the tenant's time is over."""
    if draft.rectify_by is None or draft.rectify_by == finding.fix_by:
        return
    step = {
        "step": "prioritise",
        "seen": finding.state,
        "fix_by": draft.rectify_by.isoformat(),
        # Without its number: the finding may be with a contractor.
        "text": _("Deadline given to the tenant"),
    }
    findings.take_step(mall, finding, step, member, now)


def deliver(
    mall: Mall, notice: Notice, body: Mapping[str, Any], member: Membership,
    now: datetime, *, photos: Sequence[str] = (),
) -> None:  # fmt: skip
    """Note at the desk that a notice was brought to the shop, or could not be. Flushes.

    Raises:
        Refused("step_does_not_fit"): it was signed for or withdrawn meanwhile.
    """
    _queue(mall)
    db.session.refresh(notice)
    if notice.state not in rules.OUTCOMES[body["outcome"]][1]:
        raise Refused("step_does_not_fit", _refusals()["step_does_not_fit"])
    said = {**body, "photos": list(photos)}
    _take(mall, notice, "notice_delivery", said, member, now)


def reply(
    mall: Mall, notice: Notice, body: Mapping[str, Any], member: Membership,
    now: datetime,
) -> None:  # fmt: skip
    """Note what the tenant says to a notice. Flushes."""
    _queue(mall)
    _take(mall, notice, "notice_reply", body, member, now)


def withdraw(
    mall: Mall, notice: Notice, reason: str, member: Membership, now: datetime
) -> None:
    """Take a notice back, as somebody else than who issued it. Flushes.

    Raises:
        Refused("step_does_not_fit"): it was withdrawn before.
        Refused("second_person"): the same person issued it.
    """
    _queue(mall)
    db.session.refresh(notice)
    if notice.state == "withdrawn":
        raise Refused("step_does_not_fit", _refusals()["step_does_not_fit"])
    if not rules.is_second_person(member.user_id, notice.issued_by_id):
        raise Refused("second_person", _refusals()["second_person"])
    _take(mall, notice, "notice_withdrawal", {"reason": reason}, member, now)


def _take(
    mall: Mall, notice: Notice, kind: str, said: Mapping[str, Any], member: Membership,
    now: datetime,
) -> None:  # fmt: skip
    """A step at the desk comes after all that was seen there, even of a phone whose
    clock is ahead by less than is corrected.
    """
    seen = [step.at for step in queries.steps_of([notice.id])[notice.id]]
    at = max([now, *(moment + timedelta(milliseconds=1) for moment in seen)])
    _record(mall, kind, {"notice": str(notice.id), **said}, member, at)


def propose(
    mall: Mall, body: Mapping[str, Any], member: Membership, now: datetime
) -> UUID:
    """Propose a penalty. Flushes.

    Returns:
        The id of the proposal.

    Raises:
        Refused("unreadable"): it lacks its reason (the person's mistake).
    """
    return _record(mall, "penalty_proposal", body, member, now)


def decide(
    mall: Mall, penalty: Penalty, verdict: str, text: str, member: Membership,
    now: datetime,
) -> None:  # fmt: skip
    """Approve or decline a penalty, as somebody else than who proposed it. Flushes.

    Raises:
        Refused("step_does_not_fit"): somebody decided before.
        Refused("second_person"): the same person proposed it.
        Refused("no_reason"): declined without a word (the person's mistake).
    """
    _queue(mall)
    db.session.refresh(penalty)
    if penalty.state != "proposed":
        raise Refused("step_does_not_fit", _("Somebody decided on it meanwhile."))
    if not rules.is_second_person(member.user_id, penalty.proposed_by_id):
        raise Refused("second_person", _refusals()["second_person"])
    if verdict == "declined" and not text:
        raise Refused("no_reason", _("Say why it is declined."))
    body = {"proposal": str(penalty.id), "verdict": verdict, "text": text}
    _record(mall, "penalty_decision", body, member, now)


def _record(
    mall: Mall, kind: str, body: Mapping[str, Any], member: Membership, now: datetime
) -> UUID:
    entry = ledger.desk_entry(mall, kind, body, member.user_id, now)
    ledger.record(mall, replace(entry, photos=tuple(body.get("photos", ()))))
    return entry.id


def _refusals() -> dict[str, str]:
    return {
        "finding_void": _("The finding was declared void."),
        "no_tenant": _("On the day of the finding the unit had no tenant."),
        "already_issued": _("There is such a notice on this finding already."),
        "finding_settled": _(
            "Meanwhile the finding is in order: nothing is left to put right by then."
        ),
        "no_deadline": _("By when must it be put right?"),
        "deadline_in_the_past": _("The deadline is in the past."),
        "step_does_not_fit": _(
            "Meanwhile the notice stands differently. Look at it again."
        ),
        "second_person": _("This step takes a second person."),
    }


# -- What entries mean --------------------------------------------------------------


def add_notices(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what was issued, as it stands by steps that came before it."""
    steps = queries.steps_of(row["id"] for row in rows)
    every = []
    for row in rows:
        followed = rules.follow(map(_step, steps[row["id"]]))
        _mark(steps[row["id"]], followed)
        every.append({**row, "mall_id": mall.id, **asdict(followed.standing)})
    insert_rows(Notice, every)


def add_steps(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note steps that were taken; their notices then stand anew."""
    every = [{**row, "mall_id": mall.id, "counts": True} for row in rows]
    insert_rows(NoticeStep, every)
    _stand_anew(mall, {row["notice_id"] for row in rows})


def _stand_anew(mall: Mall, ids: Iterable[UUID]) -> None:
    notices = queries.named(mall.id, list(ids))
    for notice_id, steps in queries.steps_of(notices).items():
        followed = rules.follow(map(_step, steps))
        _mark(steps, followed)
        for name, value in asdict(followed.standing).items():
            setattr(notices[notice_id], name, value)
    db.session.flush()


def _step(row: NoticeStep) -> rules.Step:
    return rules.Step(str(row.entry_id), row.at, row.step, row.outcome, row.who)


def _mark(steps: Iterable[NoticeStep], followed: rules.Followed) -> None:
    for step in steps:
        step.counts = str(step.entry_id) not in followed.uncounted


def add_penalties(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what was proposed."""
    undecided = {"state": "proposed", "decision_text": ""}
    insert_rows(Penalty, [{**row, "mall_id": mall.id, **undecided} for row in rows])


def add_decisions(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what was decided; of two decisions on one proposal the earlier counts."""
    penalties = queries.named_penalties(mall.id, {row["penalty_id"] for row in rows})
    for row in rows:
        penalty = penalties.get(row["penalty_id"])
        if penalty and _comes_first(row, penalty):
            penalty.state = row["verdict"]
            penalty.decision_text = row["text"]
            penalty.decision_id = row["entry_id"]
            penalty.decided_at, penalty.decided_by_id = row["at"], row["by_id"]
    db.session.flush()


def _comes_first(row: Mapping[str, Any], penalty: Penalty) -> bool:
    known = str(penalty.decision_id) if penalty.decision_id else None
    return rules.comes_first(row["at"], str(row["entry_id"]), penalty.decided_at, known)
