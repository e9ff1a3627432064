"""What the steps of a finding say of its clock: pauses, and since when it is whose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from mallops.findings.rules import STEPS


class Step(Protocol):
    """A step of the follow-up that counts (``FindingUpdate``)."""

    @property
    def step(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by_id(self) -> int | None: ...
    @property
    def severity(self) -> str | None: ...
    @property
    def fix_by(self) -> datetime | None: ...


@dataclass
class Clock:
    """How far waiting has moved the limit, and since when it is whose."""

    severity: str
    paused: timedelta = timedelta(0)
    assigned_at: datetime | None = None
    assigned_by_id: int | None = None
    waits_since: datetime | None = None

    def take(self, step: Step) -> None:
        if self.waits_since and STEPS[step.step].ends:
            self.paused += step.at - self.waits_since
            self.waits_since = None
        if step.step == "wait":
            self.waits_since = step.at
        if step.step == "assign":
            self.assigned_at, self.assigned_by_id = step.at, step.by_id
        if step.step in ("assign", "prioritise"):
            self._set_limit(step)

    def _set_limit(self, step: Step) -> None:
        """A limit set anew knows nothing of earlier pauses."""
        severity = step.severity if step.step == "prioritise" else None
        if step.fix_by or (severity or self.severity) != self.severity:
            self.paused = timedelta(0)
        self.severity = severity or self.severity


def clock_of(severity: str, steps: Iterable[Step]) -> Clock:
    """From the severity it was opened with and its steps by time."""
    clock = Clock(severity)
    for step in steps:
        clock.take(step)
    return clock
