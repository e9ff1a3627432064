"""What phones and desks send about doors: the bodies of the kinds, and reading."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from flask_babel import gettext as _

from mallops.errors import Refused

Text = Annotated[str, msgspec.Meta(max_length=4000)]
Code = Annotated[str, msgspec.Meta(max_length=40)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Status = Literal[
    "on_time", "late", "not_open", "closed", "early", "late_approved",
    "late_unapproved", "approved_closure", "fitout", "vacant",
]  # fmt: skip


class DoorBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``door``, version 1: one look at one door (domain 4.5)."""

    unit: Code
    event: Literal["opening", "closing"]
    status: Status
    seen_at: Instant
    how: Literal["tap", "bulk", "scan"] = "tap"
    note: Text = ""
    photos: Annotated[list[str], msgspec.Meta(max_length=10)] = []
    reason: (
        Literal["staff_late", "delivery", "system_fault", "dispute", "unknown"] | None
    ) = None
    staff: Annotated[int, msgspec.Meta(ge=0, le=999)] | None = None
    lights: bool | None = None
    tidy: bool | None = None
    locked: bool | None = None
    confirmed_by: Annotated[str, msgspec.Meta(max_length=200)] = ""


class WithdrawalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``door_withdrawal``, version 1: that tap was wrong."""

    sighting: UUID
    reason: Text = ""


_decoders = {body: msgspec.json.Decoder(body) for body in (DoorBody, WithdrawalBody)}


def read_door(text: str) -> DoorBody:
    """The body; Refused("unreadable") when it has not the shape of a sighting."""
    body: DoorBody = _read(DoorBody, text)
    if not 1900 <= body.seen_at.year <= 2999:
        raise _unreadable("the time is out of the calendar")
    return body


def read_withdrawal(text: str) -> WithdrawalBody:
    body: WithdrawalBody = _read(WithdrawalBody, text)
    return body


def _read(body: type[Any], text: str) -> Any:
    try:
        return _decoders[body].decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise _unreadable(str(error)) from None


def _unreadable(why: str) -> Refused:
    return Refused("unreadable", _("The door entry cannot be read: %(why)s", why=why))
