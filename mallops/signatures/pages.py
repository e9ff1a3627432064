"""What pages show of countersignatures."""

from __future__ import annotations

from typing import Any

from mallops.ledger.models import LogLine
from mallops.people.models import Membership
from mallops.signatures import queries
from mallops.signatures.queries import Countersigning
from mallops.signatures.rules import Person


def person_of(member: Membership) -> Person:
    team = member.team.code if member.team else None
    return Person(member.user_id, member.role, team)


def of_entry(line: LogLine, member: Membership) -> dict[str, Any]:
    """Who signed an entry beside its recorder, and whether the reader should."""
    if line.kind != "inspection":
        return {"signatures": [], "countersigning": None, "may_countersign": False}
    found = queries.find(line.mall_id, line.entry_id)
    signatures = queries.signatures_of(line.entry_id)
    waits = found is not None and not signatures
    return {
        "signatures": signatures,
        "countersigning": found,
        "may_countersign": waits and may(found, member),
    }


def may(found: Countersigning | None, member: Membership) -> bool:
    return found is not None and found.is_for(person_of(member))


def waiting_for(member: Membership) -> list[Countersigning]:
    """What waits for somebody's own signature, the oldest first."""
    person = person_of(member)
    if person.party is None:
        return []
    return [one for one in queries.waiting(member.mall_id) if one.is_for(person)]
