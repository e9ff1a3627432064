"""What the entries about cases say: their bodies, and their reading."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from mallops.notices.bodies import reader

Code = Annotated[str, msgspec.Meta(max_length=40)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``door_case_decision``, version 1: a step that was taken.

    ``notice`` and ``penalty``: what it led to. ``text``: what the manager noted.
    """

    unit: Code
    day: date
    step: Literal["verbal", "written", "penalty", "manager"]
    notice: UUID | None = None
    penalty: UUID | None = None
    text: Text = ""


class DismissalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``door_case_dismissal``, version 1: it does not count as a case."""

    unit: Code
    day: date
    event: Literal["opening", "closing"]
    cause: Literal["appeal", "wrong_sighting", "agreed", "other"]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


read_decision = reader(DecisionBody)
read_dismissal = reader(DismissalBody)
