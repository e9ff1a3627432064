"""What a look at a door finds wrong, as a problem to be followed up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mallops.findings.actions import Problem


def problem_of(row: Mapping[str, Any], zone_id: int, **what: Any) -> Problem:
    """Of a sighting's row; ``what``: item, severity, triggers, category, title."""
    return Problem(
        entry_id=row["entry_id"],
        checklist=None,
        text=row["note"],
        photos=tuple(row["photos"]),
        place_id=None,
        zone_id=zone_id,
        unit_id=row["unit_id"],
        business_day=row["day"],
        opened_at=row["at"],
        opened_by_id=row["by_id"],
        **what,
    )
