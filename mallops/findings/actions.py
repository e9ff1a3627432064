"""Opening findings, taking steps, and keeping how each one stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from msgspec.structs import replace

from mallops.db import db, insert_rows
from mallops.errors import Refused
from mallops.findings import queries, rules
from mallops.findings.bodies import UpdateBody
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger import actions as ledger
from mallops.ledger.kinds import Received
from mallops.ledger.models import LedgerHead
from mallops.people.models import Membership
from mallops.places.models import Mall


@dataclass(frozen=True)
class Problem:
    """What a finding is opened from: a failed item, or something seen by the way."""

    entry_id: UUID
    item: str | None
    checklist: str | None
    severity: str
    triggers: tuple[str, ...]
    category: str
    title: Mapping[str, str]
    text: str
    photos: tuple[str, ...]
    place_id: int | None
    zone_id: int | None
    unit_id: int | None
    business_day: date
    opened_at: datetime
    opened_by_id: int | None
    team: str | None = None  # asked for by name; None: the one the triggers call
    fixed_on_spot: bool = False
    fix_minutes: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def finding_id(self) -> str:
        return f"{self.entry_id}.{self.item}" if self.item else str(self.entry_id)


def open_all(mall: Mall, problems: Sequence[Problem]) -> None:
    """Open a finding for each problem, as it stands by steps that came before it."""
    if not problems:
        return
    teams, limits = queries.team_codes(mall.id), rules.limits_of(mall.settings)
    numbers = queries.ledger_numbers({problem.entry_id for problem in problems})
    steps = queries.steps_of(problem.finding_id for problem in problems)
    rows = []
    for problem in problems:
        row = _row(mall.id, problem, numbers[problem.entry_id], teams)
        early = steps[problem.finding_id]
        followed = rules.follow(_as_opened(row), map(_update, early), limits)
        _mark(early, followed)
        # Not asdict(): it copies each moment, and a batch opens a hundred findings.
        rows.append({**row, **vars(followed.standing)})
    insert_rows(Finding, rows)


def _row(
    mall_id: int, problem: Problem, number: int, teams: frozenset[str]
) -> dict[str, Any]:
    called = rules.team_for(problem.triggers, teams)
    return {
        "id": problem.finding_id,
        "mall_id": mall_id,
        "entry_id": problem.entry_id,
        "number": f"{number}-{problem.item}" if problem.item else str(number),
        "category": problem.category,
        "triggers": list(problem.triggers),
        "checklist": problem.checklist,
        "item": problem.item,
        "title": dict(problem.title),
        "text": problem.text.replace("\0", " "),
        "details": dict(problem.details),
        "photos": list(problem.photos),
        "place_id": problem.place_id,
        "zone_id": problem.zone_id,
        "unit_id": problem.unit_id,
        "business_day": problem.business_day,
        "opened_at": problem.opened_at,
        "opened_by_id": problem.opened_by_id,
        "fixed_on_spot": problem.fixed_on_spot,
        "fix_minutes": problem.fix_minutes,
        "first_severity": problem.severity,
        "first_team": problem.team if problem.team in teams else called,
    }


def _update(step: FindingUpdate) -> rules.Update:
    return rules.Update(
        key=_key(step),
        at=step.at,
        step=step.step,
        by_id=step.by_id,
        seen=step.seen,
        team=step.team,
        person_id=step.person_id,
        severity=step.severity,
        fix_by=step.fix_by,
        waiting_for=step.waiting_for,
    )


def step_row(entry: Received, body: UpdateBody, known: queries.Known) -> dict[str, Any]:
    """The row of one step; no team and no person that is not here."""
    return {
        "entry_id": entry.id,
        "finding_id": body.finding.replace("\0", ""),
        "at": entry.occurred_at,
        "seq": entry.install_seq or 0,
        "by_id": entry.recorded_by_id,
        "step": body.step,
        "seen": body.seen,
        "text": body.text.replace("\0", " "),
        "photos": list(body.photos),
        "team": body.team if body.team in known.teams else None,
        "person_id": body.person if body.person in known.people else None,
        "severity": body.severity,
        "fix_by": body.fix_by,
        "waiting_for": body.waiting_for,
        "details": body.details.as_json(),
    }


class Standings:
    """How some findings stood at a moment, with the steps of the same batch."""

    def __init__(self, mall: Mall, found: Mapping[str, Finding]) -> None:
        self._limits = rules.limits_of(mall.settings)
        self._steps = {
            finding_id: list(map(_update, steps))
            for finding_id, steps in queries.steps_of(found).items()
        }

    def of(self, finding: Finding, at: datetime) -> rules.Standing:
        known = [step for step in self._steps[finding.id] if step.at <= at]
        return rules.follow(_opening(finding), known, self._limits).standing

    def take(self, row: Mapping[str, Any]) -> None:
        self._steps[row["finding_id"]].append(_update(FindingUpdate(**row)))


def add_steps(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note steps that were taken; their findings then stand anew."""
    if not rows:
        return
    every = [{**row, "mall_id": mall.id, "counts": True} for row in rows]
    insert_rows(FindingUpdate, every)
    stand_anew(mall, {row["finding_id"] for row in rows})


def stand_anew(mall: Mall, ids: Iterable[str]) -> None:
    """Work out again, from all their steps, how these findings stand."""
    limits = rules.limits_of(mall.settings)
    findings = queries.named(mall.id, list(ids))
    for finding_id, steps in queries.steps_of(findings).items():
        finding = findings[finding_id]
        followed = rules.follow(_opening(finding), map(_update, steps), limits)
        _mark(steps, followed)
        for name, value in asdict(followed.standing).items():
            setattr(finding, name, value)
    db.session.flush()


def _as_opened(row: Mapping[str, Any]) -> rules.Opening:
    return rules.Opening(
        severity=row["first_severity"],
        team=row["first_team"],
        opened_at=row["opened_at"],
        fixed_on_spot=row["fixed_on_spot"],
        fix_minutes=row["fix_minutes"],
        opened_by_id=row["opened_by_id"],
    )


def _opening(finding: Finding) -> rules.Opening:
    return rules.Opening(
        severity=finding.first_severity,
        team=finding.first_team,
        opened_at=finding.opened_at,
        fixed_on_spot=finding.fixed_on_spot,
        fix_minutes=finding.fix_minutes,
        opened_by_id=finding.opened_by_id,
    )


def _mark(steps: Iterable[FindingUpdate], followed: rules.Followed) -> None:
    for step in steps:
        step.counts = _key(step) not in followed.uncounted


def _key(step: FindingUpdate) -> str:
    """Orders steps of one moment: those of one phone as it counted them."""
    return f"{step.seq:020}{step.entry_id}"


def take_step(
    mall: Mall, finding: Finding, body: Mapping[str, Any], member: Membership,
    now: datetime, *, shown: str | None = None,
) -> None:  # fmt: skip
    """Record a step from a desk page, after asking whether this person may. Flushes.

    ``shown`` is the mark_of() the finding on the page the person acted on.

    Raises:
        Refused: the step does not fit, or is for somebody else (the person's
            mistake); ``code`` names what is wrong, ``text`` says it in words.
    """
    _wait_for_writers(mall)
    db.session.refresh(finding)
    # A phone's clock may be ahead by less than is corrected: what is done now comes
    # after what was seen here.
    at = max(now, finding.last_step_at + timedelta(milliseconds=1))
    content = {"finding": finding.id, "seen": finding.state, **body}
    entry = ledger.desk_entry(mall, "finding_update", content, member.user_id, at)
    _check(finding, entry.body, member, now)
    if shown not in (None, mark_of(finding)) and body["step"] not in rules.HARMLESS:
        raise Refused("changed_meanwhile", _changed_meanwhile())
    ledger.record(mall, replace(entry, photos=tuple(entry.body.photos)))


def _wait_for_writers(mall: Mall) -> None:
    """Queue as phones do, at the ledger's head: in this order nobody waits for ever."""
    head = sa.select(LedgerHead.mall_id).where(LedgerHead.mall_id == mall.id)
    db.session.execute(head.with_for_update())


def _check(finding: Finding, body: Any, member: Membership, now: datetime) -> None:
    doubt = doubt_about(body.step, finding, member)
    if doubt:
        raise Refused(doubt, _doubts()[doubt])
    if finding.state not in rules.STEPS[body.step].starts:
        raise Refused("step_does_not_fit", _changed_meanwhile())
    if body.fix_by is not None and body.fix_by <= now:
        raise Refused("fix_by_in_the_past", _("The time to fix it is in the past."))
    if body.step == "fix" and finding.photos and not body.photos:
        raise Refused("no_after_photo", _("It had a photo: show the result in one."))


def doubt_about(step: str, finding: Finding, member: Membership) -> str | None:
    """Why this person may not take a step by themselves; None: they may."""
    return rules.doubt_about(
        step,
        by_id=member.user_id,
        role=member.role,
        team=member.team.code if member.team else None,
        standing=standing_of(finding),
        opened_by_id=finding.opened_by_id,
    )


def mark_of(finding: Finding) -> str:
    """Changes with whatever somebody should see before they take a step."""
    names = ("state", "severity", "team", "assignee_id", "fix_by")
    stands = [str(getattr(finding, name)) for name in names]
    return hashlib.sha256("|".join(stands).encode()).hexdigest()[:12]


def states_met(
    mall: Mall, finding: Finding, steps: Sequence[FindingUpdate]
) -> dict[UUID, str]:
    """For each step that does not count: how the finding stood when it was made."""
    limits, opening = rules.limits_of(mall.settings), _opening(finding)
    updates = [_update(step) for step in steps]
    return {
        step.entry_id: rules.follow(opening, updates[:place], limits).standing.state
        for place, step in enumerate(steps)
        if not step.counts
    }


def standing_of(finding: Finding) -> rules.Standing:
    names = rules.Standing.__dataclass_fields__
    return rules.Standing(**{name: getattr(finding, name) for name in names})


def _changed_meanwhile() -> str:
    return str(
        _(
            "Somebody changed this finding while you were writing. "
            "Look at how it stands now; what you wrote is still here."
        )
    )


def _doubts() -> dict[str, str]:
    return {
        "role_lacks_right": _("Your role may not take this step."),
        "not_your_team": _("This finding is with another team."),
        "second_person": _("This step takes a second person."),
    }
