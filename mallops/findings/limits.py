"""How much time is left or gone, in words: until noted, fixed, reported, told back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from mallops.findings import details as extra
from mallops.findings import rules

SOON = 5  # the last fifth of the time


@dataclass(frozen=True)
class Limit:
    """``mood`` names the colour and icon: left, soon, overdue, stopped, done."""

    mood: str
    words: str
    moment: datetime | None = None


class Standing(Protocol):
    """What is needed of a finding or a row of the list."""

    @property
    def state(self) -> str: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def acknowledge_by(self) -> datetime | None: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...
    @property
    def fix_by(self) -> datetime | None: ...
    @property
    def fixed_at(self) -> datetime | None: ...
    @property
    def waiting_since(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


def to_fix(finding: Standing, now: datetime) -> Limit | None:
    """Until it must be fixed; None: nobody has to any more, or there is no limit."""
    by = finding.fix_by
    if finding.closed_at or by is None:
        return None
    if finding.state == "fixed" and finding.fixed_at:
        gone = span(now - finding.fixed_at)
        return Limit("done", _("fixed %(time)s ago", time=gone), finding.fixed_at)
    if finding.waiting_since:
        return _stopped(by - finding.waiting_since, by)
    return _running(finding.opened_at, by, now)


def _stopped(left: timedelta, by: datetime) -> Limit:
    if left < timedelta(0):
        words = _("clock stopped, overdue by %(time)s", time=span(-left))
    else:
        words = _("clock stopped, %(time)s left", time=span(left))
    return Limit("stopped", words, by)


def _running(since: datetime, by: datetime, now: datetime) -> Limit:
    left = by - now
    if left < timedelta(0):
        return Limit("overdue", _("overdue by %(time)s", time=span(-left)), by)
    mood = "soon" if left * SOON < by - since else "left"
    return Limit(mood, _("%(time)s left", time=span(left)), by)


def to_acknowledge(finding: Standing, now: datetime) -> Limit | None:
    """Until somebody must have taken note; None once somebody has."""
    by = finding.acknowledge_by
    if finding.acknowledged_at or finding.state not in rules.ACTIVE or by is None:
        return None
    return _running(finding.opened_at, by, now)


def to_report(
    category: str, opened_at: datetime, is_reported: bool, now: datetime
) -> Limit | None:
    """Until the report of an incident is due; None for other categories."""
    due = extra.report_due(category, opened_at)
    if due is None:
        return None
    if is_reported:
        return Limit("done", _("the report is written"), due)
    return _running(opened_at, due, now)


def span(time: timedelta) -> str:
    """A stretch of time as people say it: 12 min, 5 h 20 min, 13 h, 3 days."""
    minutes = int(time.total_seconds()) // 60
    hours = minutes // 60
    if minutes < 120:
        return str(_("%(minutes)s min", minutes=minutes))
    if hours < 10 and minutes % 60:
        return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes % 60))
    if hours < 48:
        return str(_("%(hours)s h", hours=hours))
    return str(ngettext("%(num)s day", "%(num)s days", hours // 24))
