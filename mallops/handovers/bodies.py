"""What the entries of a handover say: their bodies, and their reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from flask_babel import gettext as _

from mallops.errors import Refused

ShiftId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Key = Annotated[str, msgspec.Meta(max_length=140)]
Line = Annotated[str, msgspec.Meta(max_length=300)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Said = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Words = dict[Literal["en", "zh-Hans", "zh-Hant"], str]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A closed set of keys."""


# -- The snapshot: what is looked at again; the rest is only shown --------------------


class ShiftPart(Part, frozen=True):
    """The shift a snapshot is of."""

    id: ShiftId
    name: Words
    team: str | None
    team_name: Words | None
    day: date
    starts_at: Instant
    ends_at: Instant


class RoundLine(Part, frozen=True):
    key: Key
    state: str
    checklist: str
    title: Words
    place: str
    at: str
    carried: bool = False  # the older ones take nothing over


class RoundsPart(Part, frozen=True):
    planned: int
    done: int
    late: int
    missed: int
    unknown: int
    due: int
    lines: list[RoundLine]
    still_due: list[Key] = []
    carried: list[Key] = []


class AssetLine(Part, frozen=True):
    key: Key
    code: str
    name: Words
    expected: int


class Row(msgspec.Struct, frozen=True):
    """One that is accepted singly; what else it says is only shown."""

    key: str


class DoorsPart(Part, frozen=True):
    late: int
    not_open: int
    early: int
    lines: list[Row]


class Snapshot(Part, frozen=True):
    """Its shape. That the server showed it so says its stamp (``seen``), which those
    that were signed before there was one do not have.
    """

    v: Literal[1]
    mall: str
    shift: ShiftPart
    next_shift: dict[str, Any] | None
    people: dict[str, list[dict[str, Any]]]
    rounds: RoundsPart
    findings: list[Row]
    doors: DoorsPart
    notices: list[Row]
    penalties: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    next: dict[str, list[Any]]
    assets: list[AssetLine]
    instructions: list[Row]
    covered: list[Annotated[str, msgspec.Meta(pattern="^[0-9a-f-]{36} [0-9a-f]{64}$")]]
    through: int
    covers_from: Instant | None = None  # the older ones do not say
    stamp: str = ""


# -- Bodies ---------------------------------------------------------------------------


class Count(Part, frozen=True):
    count: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    note: Line = ""


class SignBody(Part, frozen=True):
    """The body of ``handover_sign``, version 1: all that was on screen."""

    shift: ShiftId
    snapshot: dict[str, Any]
    digest: Digest
    reasons: dict[Key, Line] = {}
    counts: dict[Key, Count] = {}
    remarks: Text = ""
    next_shift: ShiftId | None = None
    silence_confirmed: bool = False


class AcceptBody(Part, frozen=True):
    """The body of ``handover_accept``, version 1. A refusal needs a reason."""

    shift: ShiftId
    digest: Digest
    verdict: Literal["accept", "refuse"]
    lines: dict[Key, Literal["accepted", "reserved"]] = {}
    notes: dict[Key, Line] = {}
    reason: Text = ""


class DecisionBody(Part, frozen=True):
    """The body of ``handover_decision``, version 1: a manager's, on a refused one."""

    handover: UUID
    verdict: Literal["stands", "sign_again"]
    reason: Said


class AcknowledgementBody(Part, frozen=True):
    """The body of ``addendum_acknowledgement``, version 1."""

    handover: UUID
    entries: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=2000)]


class InstructionBody(Part, frozen=True):
    """The body of ``instruction``, version 1: for all, or for one team."""

    text: Said
    team: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    until: date | None = None


Body = TypeVar("Body", bound=msgspec.Struct)


def reader(shape: type[Body]) -> Callable[[str], Body]:
    """Reads the bodies of one kind; what has not its shape is Refused("unreadable")."""
    decoder: Any = msgspec.json.Decoder(shape)

    def read(text: str) -> Body:
        try:
            found: Body = decoder.decode(text)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise _unreadable(str(error)) from None
        return found

    return read


_sign = reader(SignBody)
_accept = reader(AcceptBody)


def read_sign(text: str) -> SignBody:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a signature, or its snapshot not
            that of one of this shift.
    """
    body = _sign(text)
    if shape_of(body.snapshot).shift.id != body.shift:
        raise _unreadable(_("The snapshot is of another shift."))
    return body


def shape_of(snapshot: Mapping[str, Any]) -> Snapshot:
    """The snapshot, if it has the shape of one.

    Raises:
        Refused("unreadable"): it has not.
    """
    try:
        return msgspec.convert(snapshot, Snapshot, strict=False)
    except msgspec.ValidationError as error:
        raise _unreadable(str(error)) from None


def read_accept(text: str) -> AcceptBody:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of an acceptance.
    """
    body = _accept(text)
    if body.verdict == "refuse" and not body.reason.strip():
        raise _unreadable(_("A refusal needs a reason."))
    return body


def _unreadable(why: str) -> Refused:
    return Refused("unreadable", _("The entry cannot be read: %(why)s", why=why))
