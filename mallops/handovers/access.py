"""Who signs for a shift, who accepts it, who may see its handover."""

from __future__ import annotations

from mallops.handovers.queries import Story
from mallops.people.models import Membership
from mallops.people.rights import LEADERS, LOG_READERS, RECORDERS
from mallops.places.models import Mall
from mallops.shifts import queries as shifts
from mallops.shifts import rules as shift_rules
from mallops.shifts.queries import Beside
from mallops.shifts.rules import Shift


def is_on(mall: Mall, shift: Shift | None, member: Membership) -> bool:
    """On the shift's roster; where nobody is rostered, everybody of its team is."""
    if shift is None:
        return False
    roster = shifts.people_on(mall, shift)
    if not roster:
        return shift.team == (member.team.code if member.team else None)
    return any(one.id == member.user_id for one in shift_rules.present(roster))


def may_sign(mall: Mall, shift: Shift, member: Membership) -> bool:
    """The outgoing: on the shift, or a leader of the mall."""
    allowed = member.role in RECORDERS["handover_sign"]
    return allowed and (LEADERS.allows(member.role) or is_on(mall, shift, member))


def may_accept(mall: Mall, beside: Beside, member: Membership) -> bool:
    """The incoming: on the shift that follows, or a leader of the mall."""
    allowed = member.role in RECORDERS["handover_accept"]
    is_leader = LEADERS.allows(member.role)
    return allowed and (is_leader or is_on(mall, beside.following, member))


def has_signed(story: Story, user_id: int) -> bool:
    """Whether somebody is the outgoing of the version that counts."""
    current = story.current
    return current is not None and current.signed_by_id == user_id


def may_see(shift: Shift, member: Membership) -> bool:
    """The mall's own staff all, a team its own: it may be a contractor's."""
    own = member.team is not None and member.team.code == shift.team
    return own or LOG_READERS.allows(member.role)
