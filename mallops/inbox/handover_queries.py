"""Reads of handovers for the inbox: what the ladder looks at, what an item names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import access
from mallops.handovers import queries as handovers
from mallops.handovers.models import Handover
from mallops.handovers.queries import Story
from mallops.handovers.words import state
from mallops.inbox.handover_rules import Sheet
from mallops.inbox.models import InboxItem
from mallops.people.models import Membership
from mallops.people.rights import LOG_READERS
from mallops.places.models import Mall
from mallops.places.rules import ONE_DAY, business_day
from mallops.shifts import queries as shifts
from mallops.shifts.rules import Person, Shift, day_in, lead_of

DAYS = 8  # of shifts that are looked at: a phone may bring a refusal days later
# Of a team that has not handed over for so long nobody is reminded: it does not do so;
# nor of the shifts before it began.
HABIT = timedelta(days=28)


def watched(mall: Mall, now: datetime) -> list[Sheet]:
    """Those of the last days that are not closed, as the ladder looks at them."""
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    begun = [
        shift
        for some in shifts.shifts_of_days(
            mall, [today - ONE_DAY * back for back in range(DAYS)]
        ).values()
        for shift in some
        if shift.starts_at <= now
    ]
    since = _since_they_hand_over(mall.id, now) if begun else {}
    own = [one for one in begun if one.starts_at >= since.get(one.team, now)]
    stories = handovers.stories(mall.id, [shift.id for shift in own])
    waiting = [one for one in own if not stories[one.id].standing.is_closed]
    leads = _leads(mall, waiting, stories)
    return [_sheet(shift, stories[shift.id], *leads[shift.id]) for shift in waiting]


def _since_they_hand_over(mall_id: int, now: datetime) -> dict[str | None, datetime]:
    """By team, the beginning of the first shift that was signed for lately."""
    rows = sa.select(Handover.team, sa.func.min(Handover.starts_at)).where(
        Handover.mall_id == mall_id, Handover.day >= (now - HABIT).date()
    )
    return dict(db.session.execute(rows.group_by(Handover.team)).all())


def _leads(
    mall: Mall, waiting: Collection[Shift], stories: dict[str, Story]
) -> dict[str, tuple[Person | None, Person | None]]:
    """Who leads each shift, and of one that was signed who leads the next."""
    following = {
        shift.id: shifts.next_shift(mall, shift)
        for shift in waiting
        if stories[shift.id].standing.state == "signed"
    }
    every = [*waiting, *(one for one in following.values() if one)]
    rosters = shifts.people_on_all(every)
    found = {}
    for shift in waiting:
        coming = following.get(shift.id)
        found[shift.id] = (
            lead_of(rosters[shift.id]),
            lead_of(rosters[coming.id]) if coming else None,
        )
    return found


def _sheet(
    shift: Shift, story: Story, lead: Person | None, coming: Person | None
) -> Sheet:
    current, said = story.current, story.decision or story.closing
    outgoing = current.signed_by_id if current else lead.id if lead else None
    return Sheet(
        shift,
        story.standing.state,
        outgoing_id=outgoing,
        incoming_id=coming.id if coming else None,
        signed_at=current.signed_at if current else None,
        said_at=said.at if said else None,
        said_by_id=said.by_id if said else None,
        times=sum(one.verdict == "refuse" for one in story.acceptances.values()),
    )


def recorded(mall_id: int, ids: Iterable[str]) -> dict[str, set[tuple[int, str]]]:
    """(user id, about) of what was told, by shift."""
    item = InboxItem
    rows = sa.select(item.subject_id, item.user_id, item.about).where(
        item.mall_id == mall_id,
        item.subject_kind == "handover",
        item.subject_id.in_(list(ids)),
    )
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for shift_id, user_id, about in db.session.execute(rows):
        found[shift_id].add((user_id, about))
    return found


# -- For a person


@dataclass(frozen=True)
class Named:
    """The handover that an item names, as it stands now."""

    shift: Shift
    story: Story
    at_desk: bool  # else its reader has it on the phone only

    @property
    def state(self) -> str:
        return state(self.story.standing)

    @property
    def refusal(self) -> str:
        closing = self.story.closing
        return closing.reason if closing and closing.verdict == "refuse" else ""


def named_in(
    mall: Mall, member: Membership, items: Iterable[InboxItem]
) -> dict[str, Named]:
    """The handovers these items name and their reader may see, by shift."""
    ids = {one.subject_id for one in items if one.subject_kind == "handover"}
    days = {day for id_ in ids if (day := day_in(id_))}
    if not days:
        return {}
    seen = [
        shift
        for some in shifts.shifts_of_days(mall, days).values()
        for shift in some
        if shift.id in ids and access.may_see(shift, member)
    ]
    stories = handovers.stories(mall.id, [shift.id for shift in seen])
    at_desk = LOG_READERS.allows(member.role)
    return {one.id: Named(one, stories[one.id], at_desk) for one in seen}
