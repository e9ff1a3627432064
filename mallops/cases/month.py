"""A month's cases shop by shop: what counts, what it calls for, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from mallops.cases import queries, rules
from mallops.doors import queries as doors
from mallops.doors.models import CaseDecision, DoorDay, DoorSighting
from mallops.notices.models import Notice, Penalty
from mallops.places.models import Mall, Tenant, Unit


@dataclass(frozen=True)
class Decided:
    """A decision with what it led to, if that can still be found."""

    made: CaseDecision
    notice: Notice | None
    penalty: Penalty | None

    @property
    def counts(self) -> bool:
        """A notice that was withdrawn leaves its step to be decided again."""
        return self.notice is None or self.notice.state != "withdrawn"


@dataclass(frozen=True)
class Shop:
    """One tenant's month in one unit."""

    unit: Unit
    tenant: Tenant | None
    cases: list[DoorDay]
    steps: list[rules.Prepared]  # those nobody decided on yet
    decided: list[Decided]

    @property
    def days(self) -> int:
        return len({case.day for case in self.cases})

    def step_on(self, day: date, *names: str) -> rules.Prepared | None:
        """What waits for a decision on a day."""
        return next(
            (one for one in self.steps if one.day == day and one.step in names), None
        )


def shops(mall: Mall, day: date, unit_id: int | None = None) -> list[Shop]:
    """The shops with cases in the month of a day, in walking order."""
    first, last = rules.month_of(day)
    found = queries.cases(mall.id, first, last, unit_id)
    decided = _decided(queries.decisions(mall.id, first, last, unit_id))
    tenants = queries.tenants({case.tenant_id for case in found if case.tenant_id})
    terms, listed = doors.terms(mall), []
    ordered = sorted(found, key=lambda one: (one.unit.walk_order, *_whose(one)))
    for (of_unit, tenant_id), group in groupby(ordered, key=_whose):
        cases = list(group)
        days = {case.day for case in cases}
        own = [
            one
            for one in decided
            if one.made.unit_id == of_unit and one.made.day in days
        ]
        listed.append(
            Shop(
                unit=cases[0].unit,
                tenant=tenants.get(tenant_id),
                cases=cases,
                steps=_undecided(own, rules.prepare(_plain(cases), terms)),
                decided=own,
            )
        )
    return listed


def _whose(case: DoorDay) -> tuple[int, int]:
    return case.unit_id, case.tenant_id or 0


def _plain(cases: list[DoorDay]) -> list[rules.Case]:
    return [rules.Case(one.day, one.case) for one in cases if one.case]


def _undecided(
    decided: list[Decided], steps: list[rules.Prepared]
) -> list[rules.Prepared]:
    """A day is decided on once, whatever its step was when it was; so is a month's
    manager's case.
    """
    made = [one.made for one in decided if one.counts]
    settled = {one.day for one in made if one.step != "manager"}
    is_with_manager = any(one.step == "manager" for one in made)
    return [
        one
        for one in steps
        if not (is_with_manager if one.step == "manager" else one.day in settled)
    ]


def _decided(made: list[CaseDecision]) -> list[Decided]:
    notices = queries.notices({one.notice_id for one in made if one.notice_id})
    penalties = queries.penalties({one.penalty_id for one in made if one.penalty_id})
    return [
        Decided(
            one,
            notices.get(one.notice_id) if one.notice_id else None,
            penalties.get(one.penalty_id) if one.penalty_id else None,
        )
        for one in made
    ]


Looks = dict[tuple[int, date, str], list[DoorSighting]]


def looks(units: set[int], first: date, last: date) -> Looks:
    """The sightings of some days, by unit, day and event."""
    found: Looks = {}
    for one in queries.sightings(units, first, last):
        found.setdefault((one.unit_id, one.day, one.event), []).append(one)
    return found
