"""What the entries about closures say: their bodies, and their reading."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from flask_babel import gettext as _

from mallops.closures import rules, words
from mallops.errors import Refused
from mallops.notices.bodies import reader
from mallops.places.rules import clock

Code = Annotated[str, msgspec.Meta(max_length=40)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
ClockTime = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class RequestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``closure_request``, version 1.

    ``unit`` None: the whole mall. Closed, or else at least one of the two hours; a
    side without one keeps its usual hour.
    """

    unit: Code | None
    first_day: date
    last_day: date
    reason: Text
    closed: bool = True
    opens_at: ClockTime | None = None
    closes_at: ClockTime | None = None
    photos: Annotated[list[Sha256], msgspec.Meta(max_length=10)] = []

    @property
    def opens(self) -> time | None:
        return clock(self.opens_at) if self.opens_at else None

    @property
    def closes(self) -> time | None:
        return clock(self.closes_at) if self.closes_at else None


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``closure_decision``, version 1."""

    closure: UUID
    verdict: Literal["approved", "refused"]
    text: Text = ""


_request = reader(RequestBody)
read_decision = reader(DecisionBody)


def read_request(text: str) -> RequestBody:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a request, or asks for what
            nobody can decide on.
    """
    body = _request(text)
    fault = rules.fault_of(
        body.first_day, body.last_day, body.closed, body.opens, body.closes, body.reason
    )
    if fault:
        raise _unreadable(str(words.FAULTS[fault]))
    if not 1900 <= body.first_day.year <= 2999:
        raise _unreadable("the days are out of the calendar")
    return body


def _unreadable(why: str) -> Refused:
    return Refused("unreadable", _("The entry cannot be read: %(why)s", why=why))
