"""What a phone is told of handovers: the one to sign, and the one to accept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mallops.handovers import access, addendum, ahead_words, queries, rules, words
from mallops.handovers.coverage import iso
from mallops.handovers.models import Handover
from mallops.handovers.queries import Story
from mallops.handovers.rules import Line
from mallops.handovers.silence import silence
from mallops.handovers.snapshot import snapshot
from mallops.people.models import Membership, User
from mallops.people.rights import RECORDERS
from mallops.places.models import Mall
from mallops.places.rules import ONE_DAY, business_day
from mallops.shifts import queries as shifts
from mallops.shifts.rules import Shift, present

# Who comes reads before their shift begins; who goes may have to sign long after.
BEFORE, AFTER = timedelta(hours=2), timedelta(hours=12)


def handovers_for(mall: Mall, member: Membership, now: datetime) -> dict[str, Any]:
    """Keys of ``GET /floor/handover`` (docs/sync.md)."""
    if member.role not in RECORDERS["handover_sign"]:
        return {"outgoing": None, "incoming": None}
    going, coming = _own_shifts(mall, member, now)
    before = shifts.previous_shift(mall, coming) if coming else None
    return {
        "outgoing": going and _told(mall, going, member, now, to_sign=True),
        "incoming": before and _told(mall, before, member, now, to_sign=False),
    }


def _own_shifts(
    mall: Mall, member: Membership, now: datetime
) -> tuple[Shift | None, Shift | None]:
    """The shift a person hands over, and the one before which they take over."""
    own = _around(mall, member, now)
    begun = [one for one in own if one.starts_at <= now]
    to_come = [one for one in own if one.ends_at > now]
    if own:
        going = max(begun, key=_start, default=None)
        return going, min(to_come, key=_start, default=None)
    current = shifts.current_shift(mall, member.team_id, now)
    concerned = current and access.may_sign(mall, current, member)
    return (current, current) if concerned else (None, None)


def _around(mall: Mall, member: Membership, now: datetime) -> list[Shift]:
    """The shifts somebody is on that ended lately, run, or begin soon."""
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    days = [today - ONE_DAY, today, today + ONE_DAY]
    near = [
        shift
        for found in shifts.shifts_of_days(mall, days).values()
        for shift in found
        if shift.starts_at - BEFORE <= now < shift.ends_at + AFTER
    ]
    rosters = shifts.people_on_all(near)
    return [
        shift
        for shift in near
        if member.user_id in {one.id for one in present(rosters[shift.id])}
    ]


def _start(shift: Shift) -> datetime:
    return shift.starts_at


def _told(
    mall: Mall, shift: Shift, member: Membership, now: datetime, *, to_sign: bool
) -> dict[str, Any]:
    """One handover: what was signed, or as it stands now where it is to be signed."""
    beside = shifts.beside(mall, shift)
    story, since = queries.story_and_window(mall, beside)
    signed = _signed(story, to_sign)
    body = queries.signed_body(signed) if signed else None
    shot = body["snapshot"] if body else snapshot(mall, beside, since, now)
    digest = body["digest"] if body else rules.digest(shot)
    is_closed = story.standing.is_closed
    is_outgoing = access.has_signed(story, member.user_id)
    accepts = access.may_accept(mall, beside, member) and not is_outgoing
    fits = body is not None or rules.is_for_a_phone(shot)
    return {
        "shift": shot["shift"],
        "snapshot": shot,
        "digest": digest,
        "code": rules.short_code(digest),
        "lines": [
            _line(one) for one in rules.lines_of(shot, body["remarks"] if body else "")
        ],
        "ahead": ahead_words.lines(shot),
        "standing": _standing(mall, story) | ({} if fits else _for_the_desk()),
        "late": _late(mall, story, since),
        "silence": silence(mall, shift, shot["people"]["on"], now) if not body else [],
        "may": {
            "sign": not is_closed and fits and access.may_sign(mall, shift, member),
            "accept": not is_closed and accepts,
        },
    }


def _signed(story: Story, to_sign: bool) -> Handover | None:
    """The version to show; none where a new one is asked for."""
    again = to_sign and story.standing.state in ("refused", "sign_again")
    return None if again else story.current


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "kind": line.kind,
        "severity": line.severity,
        "overdue": line.overdue,
        "title": words.title(line),
        "detail": words.detail(line),
    }


def _standing(mall: Mall, story: Story) -> dict[str, Any]:
    standing, zone = story.standing, ZoneInfo(mall.time_zone)
    current, closing, decision = story.current, story.closing, story.decision
    refused = closing is not None and closing.verdict == "refuse"
    return {
        "state": words.state(standing),
        "state_words": str(words.STATES[words.state(standing)]),
        "handover": standing.signature,
        "code": current and rules.short_code(current.digest),
        "signed_by": current and _person(current.signed_by),
        "signed_at": current and iso(current.signed_at, zone),
        "by": closing and _person(closing.by),
        "at": closing and iso(closing.at, zone),
        "reason": closing.reason if closing and refused else "",
        "decided_by": decision and _person(decision.by),
        "decision": decision.reason if decision else "",
        "unanswered": list(standing.unanswered),
        "reserved": list(standing.reserved),
        "early": len(standing.early),
    }


def _for_the_desk() -> dict[str, str]:
    return {"state_words": str(words.FOR_THE_DESK)}


def _person(user: User | None) -> dict[str, str] | None:
    return {"id": str(user.id), "name": user.name} if user else None


def _late(mall: Mall, story: Story, since: datetime) -> dict[str, int]:
    current, found = story.current, addendum.Count()
    if current:
        found = addendum.counts(mall, [current], {current.shift: since})[current.id]
    return {"entries": found.late, "acknowledged": found.acknowledged}
