"""Who may countersign what, and since when it waits too long (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mallops.checklists.definition import Party

LEADERS = frozenset({"supervisor", "manager"})
SECURITY = "security"  # the code of the team, and the name of the party
TOO_LONG = timedelta(hours=24)
NOTE_LENGTH = 1000


@dataclass(frozen=True)
class Person:
    """Somebody as they were in the mall at a moment."""

    id: int
    role: str
    team: str | None = None

    @property
    def is_of_security(self) -> bool:
        return self.team == SECURITY

    @property
    def party(self) -> Party | None:
        """As whom they countersign; None: as nobody."""
        if self.is_of_security:
            return "security"
        return "supervisor" if self.role in LEADERS else None


def asked(wanted: Sequence[Party], recorder: Person | None) -> set[Party]:
    """Who is to countersign: of several parties the one across from the recorder."""
    if len(wanted) < 2 or recorder is None:
        return set(wanted or ("supervisor",))
    return {one for one in wanted if (one == SECURITY) != recorder.is_of_security}


def doubt(
    wanted: Sequence[Party], recorder: Person | None, signer: Person | None
) -> str | None:
    """Why this person's countersignature must be decided on; None: it counts."""
    if signer is None:
        return None  # whoever that is was doubted at the door
    if recorder is not None and recorder.id == signer.id:
        return "second_person"
    return None if signer.party in asked(wanted, recorder) else "other_party"


def waits_too_long(finished_at: datetime, now: datetime) -> bool:
    return now - finished_at > TOO_LONG
