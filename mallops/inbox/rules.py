"""Which steps of the ladder are due, whom they tell, and what is passed over (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from mallops.findings.rules import ACTIVE, CLOSED
from mallops.inbox.ladder import LEADERS, STEP, UPWARDS, Ladder
from mallops.places.rules import business_day, day_bounds


@dataclass(frozen=True)
class Watched:
    """What the ladder looks at in a finding."""

    id: str
    severity: str
    state: str
    team: str | None
    assignee_id: int | None
    opened_at: datetime
    opened_by_id: int | None
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    fix_by: datetime | None
    paused: timedelta = timedelta(0)  # how far waiting moved fix_by
    assigned_at: datetime | None = None  # None: it was theirs from the start
    assigned_by_id: int | None = None

    @property
    def runs(self) -> bool:
        """Somebody is to fix it, and the clock does not stand still."""
        return self.state in ACTIVE - {"waiting"}


@dataclass(frozen=True)
class Member:
    """Somebody who works in the mall at this moment."""

    user_id: int
    role: str
    team: str | None


@dataclass(frozen=True)
class Due:
    """A step of the ladder whose time has come."""

    about: str
    at: datetime
    tell: tuple[str, ...]


class Subject(NamedTuple):
    """What somebody is told of (``models.SUBJECTS``)."""

    kind: str
    id: str = ""


@dataclass(frozen=True)
class Telling:
    """A step for one person: to be told, or passed over for a later one."""

    user_id: int
    subject: Subject
    about: str
    due_at: datetime
    is_told: bool


def tellings(
    finding: Watched,
    ladder: Ladder,
    members: Sequence[Member],
    recorded: Collection[tuple[int, str]],
    now: datetime,
) -> Iterator[Telling]:
    """What of a finding is new for anybody."""
    by_person = _by_person(finding, ladder, members, now)
    return news(Subject("finding", finding.id), by_person, recorded)


def news(
    subject: Subject,
    by_person: Mapping[int, Sequence[Due]],
    recorded: Collection[tuple[int, str]],
) -> Iterator[Telling]:
    """What of the steps that are due is new: of several each hears of the last only.

    Args:
        by_person: by user id, what is due for each, by time.
        recorded: (user id, about) of what was told or passed over before.
    """
    for user_id, steps in by_person.items():
        for step in steps:
            if (user_id, step.about) not in recorded:
                is_last = step is steps[-1]
                yield Telling(user_id, subject, step.about, step.at, is_last)


def _by_person(
    finding: Watched, ladder: Ladder, members: Sequence[Member], now: datetime
) -> dict[int, list[Due]]:
    found: dict[int, list[Due]] = {}
    for step in due_steps(finding, ladder, now):
        # Nobody but the doers hears that it is theirs.
        climbs = step.about != "assigned" and _troubles_leaders(ladder)
        for user_id in people_for(step.tell, members, finding, climbs=climbs):
            if not _did_it(user_id, step, finding):
                found.setdefault(user_id, []).append(step)
    return found


def _troubles_leaders(ladder: Ladder) -> bool:
    steps = (tell for about, tell in ladder.items() if about != "weekly")
    return any(LEADERS & set(tell) for tell in steps)


def _did_it(user_id: int, step: Due, finding: Watched) -> bool:
    """Nobody is told of what they did themselves a moment ago."""
    by = {"opened": finding.opened_by_id, "assigned": finding.assigned_by_id}
    return user_id == by.get(step.about)


# -- Who


def people_for(
    tell: Iterable[str],
    members: Sequence[Member],
    finding: Watched | None = None,
    *,
    climbs: bool = True,
) -> list[int]:
    """The people a step tells, among the members of the mall.

    The place to ask who is on duty, once there are rosters. Where nobody is found the
    next one up is told, so that nothing is said to an empty room.
    """
    found = {id_ for who in tell for id_ in _climb(who, members, finding, climbs)}
    return sorted(found)


def _climb(
    who: str, members: Sequence[Member], finding: Watched | None, climbs: bool
) -> list[int]:
    ways_up = UPWARDS[UPWARDS.index(who) :] if climbs and who in UPWARDS else (who,)
    return next(filter(None, (_who_is(one, members, finding) for one in ways_up)), [])


def _who_is(who: str, members: Sequence[Member], finding: Watched | None) -> list[int]:
    if who != "doers":
        return [one.user_id for one in members if one.role == who]
    if finding is None:
        return []
    own = [m.user_id for m in members if m.user_id == finding.assignee_id]
    if own or not finding.team:
        return own
    return [one.user_id for one in members if one.team == finding.team]


# -- When


def due_steps(finding: Watched, ladder: Ladder, now: datetime) -> list[Due]:
    """The steps whose time has come, by time. A closed finding has none."""
    if finding.state in CLOSED:
        return []
    timed = ((about, due_at(about, finding), tell) for about, tell in ladder.items())
    due = [Due(about, at, tell) for about, at, tell in timed if at and at <= now]
    return sorted(due, key=lambda step: step.at)


def due_at(about: str, finding: Watched) -> datetime | None:
    """When a step falls due; None while it does not apply to how the finding stands."""
    named = STEP.fullmatch(about)
    if not named or about == "weekly":
        return None
    if about == "opened":
        return finding.opened_at
    if about == "assigned":
        return _assigned_at(finding)
    number = int(named["number"])
    if named["limit"] == "acknowledge":
        return _acknowledge_at(finding, number, bool(named["minutes"]))
    return _fix_at(finding, number, bool(named["minutes"]))


def _assigned_at(finding: Watched) -> datetime | None:
    is_somebodys = finding.team or finding.assignee_id
    if not finding.runs or not is_somebodys:
        return None
    return finding.assigned_at or finding.opened_at


def _acknowledge_at(finding: Watched, number: int, in_minutes: bool) -> datetime | None:
    if not finding.runs or finding.acknowledged_at or not finding.acknowledge_by:
        return None
    if in_minutes:
        return finding.opened_at + timedelta(minutes=number)
    limit = finding.acknowledge_by - finding.opened_at
    return finding.opened_at + limit * number / 100


def _fix_at(finding: Watched, number: int, in_minutes: bool) -> datetime | None:
    """Counted back from the end, which moved on with every pause."""
    if not finding.runs or not finding.fix_by:
        return None
    if in_minutes:
        return finding.opened_at + finding.paused + timedelta(minutes=number)
    limit = finding.fix_by - finding.opened_at - finding.paused
    return finding.fix_by - max(limit, timedelta(0)) * (100 - number) / 100


# -- The weekly list

THE_LIST = Subject("list")


def week_of(now: datetime, time_zone: str, day_starts_at: time) -> tuple[str, datetime]:
    """The name of the mall's present week, and when its Monday began."""
    day = business_day(now, time_zone, day_starts_at)
    monday: date = day - timedelta(days=day.weekday())
    begins_at, _ = day_bounds(monday, time_zone, day_starts_at)
    return f"{monday:%G-W%V}", begins_at


def weekly_tellings(
    findings: Iterable[Watched],
    ladders: Mapping[str, Ladder],
    members: Sequence[Member],
    recorded: Collection[tuple[int, str]],
    week: tuple[str, datetime],
) -> Iterator[Telling]:
    """One line per severity for each reader, if anything was open when it began."""
    name, begins_at = week
    listed = {one.severity for one in findings if one.opened_at < begins_at}
    for severity in sorted(listed):
        about = f"weekly_{severity}_{name}"
        for user_id in people_for(ladders[severity].get("weekly", ()), members):
            if (user_id, about) not in recorded:
                yield Telling(user_id, THE_LIST, about, begins_at, True)


# -- E-mail

# A message older than this helps nobody any more; the inbox still has it.
MAILED_WITHIN = timedelta(days=1)
# Between two messages to one person.
MAIL_EVERY = timedelta(minutes=1)
# How long whoever sends a message has it for itself; far above what sending takes.
MAIL_CLAIM = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(failures: int) -> timedelta:
    """How long to leave a person's address alone: 1, 2, 4 … 60 minutes."""
    return min(MAIL_EVERY * (1 << min(failures - 1, 10)), LONGEST_WAIT)
