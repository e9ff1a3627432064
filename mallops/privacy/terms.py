"""For how many days a mall keeps what; a term that is not given never ends."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

# Phones keep text for 30 days, and what is younger may still be signed or decided on.
Days = Annotated[int, msgspec.Meta(ge=30, le=36_500)]
ThreeYears = Annotated[int, msgspec.Meta(ge=1095, le=36_500)]
SixYears = Annotated[int, msgspec.Meta(ge=2190, le=36_500)]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``retention`` of a mall's file (docs/privacy.md).

    What the law wants kept has a shortest term: records of fire patrols and problems
    found three years, incidents six. ``hold``: entries that are never erased by term.
    """

    photos: Days | None = None  # of routine work
    routine: Days | None = None  # words of checklists, doors
    notes: Days | None = None  # words of the shift log
    fire_patrols: ThreeYears | None = None
    findings: ThreeYears | None = None  # from when they were closed
    incidents: SixYears | None = None  # the same
    roster: Days | None = None
    permits: Days | None = None  # and whom to watch; from their last day
    sign_ins: Days | None = None
    hold: list[UUID] = []
