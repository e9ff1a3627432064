"""An inspection as it came in: its body, and all that is known when it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated

import msgspec
from flask_babel import gettext as _

from mallops.checklists.queries import Published
from mallops.checklists.rules import Answer, Findings
from mallops.errors import Refused
from mallops.ledger.kinds import Received
from mallops.places.queries import Spot
from mallops.rounds.rules import Round, Walk

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an inspection, version 1."""

    checklist: str
    version: Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
    place: str
    started_at: Instant
    finished_at: Instant
    answers: dict[str, Answer]
    round: str | None = None
    aborted: str | None = None


_decoder = msgspec.json.Decoder(Body)


def read(text: str) -> Body:
    """The body, when it has the shape the protocol gives it.

    Raises:
        Refused("unreadable"): it has not (the phone's mistake).
    """
    try:
        body = _decoder.decode(text)
        if not 1900 <= body.started_at.year <= body.finished_at.year <= 2999:
            raise msgspec.ValidationError("the times are out of the calendar")
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused(
            "unreadable", _("The inspection cannot be read: %(why)s", why=str(error))
        ) from None
    return body


@dataclass(frozen=True)
class Inspected:
    """One inspection with its checklist, where and for which round, and verdicts."""

    entry: Received
    published: Published
    spot: Spot
    round: Round | None
    findings: Findings

    @property
    def body(self) -> Body:
        body: Body = self.entry.body
        return body

    @property
    def day(self) -> date:
        """The business day of its round; without one, the day it was recorded on."""
        return self.round.day if self.round else self.entry.business_day

    @cached_property
    def walk(self) -> Walk:
        return walk_of(self.entry)


def walk_of(entry: Received) -> Walk:
    """When it was walked, by the corrected clock of the phone.

    Of a time that cannot be it is only known when it was recorded.
    """
    body: Body = entry.body
    if not entry.can_be_of(body.finished_at):
        return Walk(entry.occurred_at, entry.occurred_at)
    return Walk(
        entry.on_true_clock(body.started_at), entry.on_true_clock(body.finished_at)
    )
