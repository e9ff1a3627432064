"""Whom the handover of a shift tells, and when, by how it stands (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mallops.inbox.ladder import HANDOVER_STEP, Ladder
from mallops.inbox.rules import Due, Member, Subject, Telling, news
from mallops.shifts.rules import Shift

# A reminder that nobody was there to give in time helps nobody any more.
REMINDED_WITHIN = timedelta(days=1)
# In which states a step is still true (handovers.rules.Standing).
STATES = {
    "refused": ("refused",),
    "sign_again": ("sign_again",),
    "unsigned": ("open", "sign_again"),
    "unaccepted": ("signed",),
}
NEWS = ("refused", "sign_again")
WAYS_UP = {
    "outgoing": ("outgoing", "supervisor", "manager"),
    "incoming": ("incoming", "supervisor", "manager"),
    "supervisor": ("supervisor", "manager"),
    "manager": ("manager",),
}


@dataclass(frozen=True)
class Sheet:
    """What the ladder looks at in the handover of a shift.

    ``outgoing_id`` and ``incoming_id`` as the ladder names them. ``said_at`` and
    ``said_by_id``: the refusal or the decision that made it stand like this; ``times``:
    how often it was refused.
    """

    shift: Shift
    state: str
    outgoing_id: int | None = None
    incoming_id: int | None = None
    signed_at: datetime | None = None
    said_at: datetime | None = None
    said_by_id: int | None = None
    times: int = 1


def tellings(
    sheet: Sheet,
    ladder: Ladder,
    members: Sequence[Member],
    recorded: Collection[tuple[int, str]],
    now: datetime,
) -> Iterator[Telling]:
    """What of a handover is new for anybody."""
    by_person: dict[int, list[Due]] = {}
    for step in due_steps(sheet, ladder, now):
        for user_id in _people_for(step, sheet, members):
            by_person.setdefault(user_id, []).append(step)
    return news(Subject("handover", sheet.shift.id), by_person, recorded)


def is_still_so(about: str, state: str) -> bool:
    """Whether what somebody was told still holds."""
    return any(state in STATES[step] for step in STATES if about.startswith(step))


def due_steps(sheet: Sheet, ladder: Ladder, now: datetime) -> list[Due]:
    """The steps whose time has come, by time."""
    due = []
    for about, tell in ladder.items():
        at = due_at(about, sheet)
        if at is None or at > now:
            continue
        if about in NEWS:
            due.append(Due(_numbered(about, sheet.times), at, tell))
        elif now - at <= REMINDED_WITHIN:
            due.append(Due(about, at, tell))
    return sorted(due, key=lambda step: step.at)


def _numbered(about: str, times: int) -> str:
    """A second refusal is news again."""
    return about if times < 2 else f"{about}_{times}"


def due_at(about: str, sheet: Sheet) -> datetime | None:
    """When a step falls due; None while it does not apply to how it stands."""
    named = HANDOVER_STEP.fullmatch(about)
    if not named or not is_still_so(about, sheet.state):
        return None
    if named["alone"]:
        return sheet.said_at
    since = sheet.signed_at if named["lacks"] == "unaccepted" else sheet.said_at
    begins = max(sheet.shift.ends_at, since or sheet.shift.ends_at)
    return begins + timedelta(minutes=int(named["minutes"]))


def _people_for(step: Due, sheet: Sheet, members: Sequence[Member]) -> list[int]:
    """Who is told; where somebody is not there or unknown, the next one up is."""
    found: set[int] = set()
    for who in step.tell:
        ways = (_who_is(one, sheet, members) for one in WAYS_UP.get(who, ()))
        found |= next(filter(None, ways), set())
    is_news = step.about.startswith(NEWS)  # of which nobody hears who made it
    return sorted(found - {sheet.said_by_id} if is_news else found)


def _who_is(who: str, sheet: Sheet, members: Sequence[Member]) -> set[int]:
    named = {"outgoing": sheet.outgoing_id, "incoming": sheet.incoming_id}
    if who in named:
        return {one.user_id for one in members if one.user_id == named[who]}
    return {one.user_id for one in members if one.role == who}
