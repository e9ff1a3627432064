"""What a phone is told of countersignatures: how many wait for its person's own."""

from __future__ import annotations

from typing import Any

from mallops.people.models import Membership
from mallops.signatures import pages


def pack_of(member: Membership) -> dict[str, Any]:
    """Keys of the walk pack (docs/sync.md); None: nobody asks for this signature."""
    asked = pages.person_of(member).party is not None
    return {"to_countersign": len(pages.waiting_for(member)) if asked else None}
