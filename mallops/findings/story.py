"""What the page of one finding shows: how it stands, its steps, who may take which."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from mallops import web
from mallops.checklists import queries as checklists
from mallops.daylog import queries as daylog
from mallops.findings import actions, details, limits, queries, rules, words
from mallops.findings.forms import StepForm
from mallops.findings.limits import Limit
from mallops.findings.models import Finding, FindingUpdate
from mallops.findings.pages import Addresses, team_names, where
from mallops.people.models import Membership
from mallops.places.models import Mall

# In the order of their buttons; "seen again" comes from rounds only.
OFFERED = (
    "verify", "reject", "acknowledge", "start", "fix", "wait", "assign", "prioritise",
    "comment", "void",
)  # fmt: skip

HEADING = 80  # characters


@dataclass(frozen=True)
class Told:
    """One step of the follow-up, in words."""

    step: FindingUpdate
    gives: str  # to whom, which severity, what it waits for
    contradicts: str  # why it does not count; empty: it counts
    details: dict[str, Any]


class Story:
    """One finding for one reader at one moment; each part is read when first needed."""

    def __init__(
        self, mall: Mall, finding: Finding, member: Membership, now: datetime
    ) -> None:
        self.mall, self.finding, self.member, self.now = mall, finding, member, now
        self.addresses, self._zone = Addresses(mall), ZoneInfo(mall.time_zone)

    @cached_property
    def receivers(self) -> queries.Receivers:
        return queries.receivers(self.mall.id, self.now)

    @cached_property
    def teams(self) -> dict[str | None, str]:
        return team_names(self.receivers.teams)

    @property
    def heading(self) -> str:
        """The item that failed, else the first words of who saw it."""
        finding = self.finding
        if finding.title:
            return web.in_words(finding.title)
        text = " ".join(finding.text.split())
        return text if len(text) <= HEADING else f"{text[: HEADING - 1]}…"

    @property
    def team(self) -> str:
        return self.teams.get(self.finding.team) or str(self.finding.team)

    @cached_property
    def where(self) -> str:
        unit, place = self.finding.unit, self.finding.place
        day, units = self.finding.business_day, [unit.id] if unit else []
        tenant = next(iter(daylog.tenants_on(day, units).values()), None)
        return where(unit.no if unit else None, tenant, place.name if place else None)

    @cached_property
    def checklist(self) -> str:
        """What the checklist is called that it was found with; empty: with none."""
        code = self.finding.checklist
        if not code:
            return ""
        titles = checklists.titles(self.mall.id)
        return web.in_words(titles.get(code, {"en": code}))

    # -- What is left of the time

    @property
    def to_fix(self) -> Limit | None:
        return limits.to_fix(self.finding, self.now)

    @property
    def to_acknowledge(self) -> Limit | None:
        return limits.to_acknowledge(self.finding, self.now)

    @property
    def to_report(self) -> Limit | None:
        reported = details.is_reported(self.details)
        finding = self.finding
        return limits.to_report(finding.category, finding.opened_at, reported, self.now)

    # -- What happened

    @cached_property
    def _history(self) -> list[FindingUpdate]:
        return queries.history(self.finding)

    @cached_property
    def steps(self) -> list[Told]:
        met = actions.states_met(self.mall, self.finding, self._history)
        return [self._told(step, met.get(step.entry_id)) for step in self._history]

    def _told(self, step: FindingUpdate, met: str | None) -> Told:
        against = met and _(
            "Kept, does not count: the finding was already “%(state)s”.",
            state=words.state(met),
        )
        return Told(step, self._gives(step), str(against or ""), step.details)

    def _gives(self, step: FindingUpdate) -> str:
        if step.step == "assign":
            team = self.teams.get(step.team) or str(step.team)
            return f"{team} · {step.person.name}" if step.person else team
        if step.severity:
            return words.severity(step.severity)
        return words.waiting_for(step.waiting_for) if step.waiting_for else ""

    @cached_property
    def details(self) -> dict[str, Any]:
        """The extra fields of an incident or a complaint, as they stand."""
        given = (step.details for step in self._history)
        return details.details_after(self.finding.details, given)

    @property
    def form_details(self) -> dict[str, Any]:
        """The same as the fields of a form show it."""
        shown = dict(self.details)
        if told_at := shown.get("outcome_told_at"):
            local = datetime.fromisoformat(told_at).astimezone(self._zone)
            shown["outcome_told_at"] = local.strftime("%Y-%m-%dT%H:%M")
        return shown

    def was_shown(self, tried: StepForm | None) -> str:
        """What the form showed when it was opened, to see what is changed in it."""
        return json.dumps(tried.was if tried else self.details)

    @property
    def asks_for(self) -> tuple[str, ...]:
        return details.ASKED.get(self.finding.category, ())

    # -- Photos

    @cached_property
    def photos(self) -> dict[str, Any]:
        """The photos that are kept, by hash; lost ones are not in it."""
        named = {*self.finding.photos, *(p for s in self._history for p in s.photos)}
        return daylog.photos(self.mall, named)

    @property
    def before(self) -> list[str]:
        return self.finding.photos

    @property
    def after(self) -> list[str]:
        """The photos of the last repair that counts."""
        fixes = [s for s in self._history if s.step == "fix" and s.counts and s.photos]
        return fixes[-1].photos if fixes else []

    # -- What this reader may do

    @cached_property
    def offers(self) -> list[str]:
        """The steps this reader may take now, in the order of their buttons."""
        return [step for step in OFFERED if self.may(step)]

    def may(self, step: str) -> bool:
        finding = self.finding
        if finding.state not in rules.STEPS[step].starts:
            return False
        if step == "acknowledge" and finding.acknowledged_at:
            return False
        return actions.doubt_about(step, finding, self.member) is None

    @property
    def needs_another(self) -> bool:
        """Did this reader fix it, so that somebody else must look again?"""
        if self.finding.state != "fixed":
            return False
        doubt = actions.doubt_about("verify", self.finding, self.member)
        return doubt == "second_person"

    @property
    def may_report(self) -> bool:
        return bool(self.asks_for) and self.may("comment")

    @property
    def mark(self) -> str:
        return actions.mark_of(self.finding)

    def blank(self, step: str) -> StepForm:
        """The form of a step as it is offered."""
        finding, typed = self.finding, StepForm(step=step)
        if step == "assign":
            person = finding.assignee_id
            typed.to = f"person:{person}" if person else f"team:{finding.team or ''}"
        if step == "prioritise":
            typed.severity = finding.severity
        return typed


def is_photo_of(finding: Finding, steps: Iterable[FindingUpdate], sha256: str) -> bool:
    """Does a finding show this photo, itself or in a step of its follow-up?"""
    return sha256 in finding.photos or any(sha256 in step.photos for step in steps)
