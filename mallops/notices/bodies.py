"""What the entries about notices and penalties say: their bodies, and their reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from flask_babel import gettext as _

from mallops.errors import Refused

Code = Annotated[str, msgspec.Meta(max_length=40)]
Line = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=8000)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Photos = Annotated[list[Sha256], msgspec.Meta(max_length=20)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Level = Literal["verbal", "written"]
Language = Literal["en", "zh-Hans", "zh-Hant"]
Outcome = Literal["signed", "refused", "not_reached"]


class IssueBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``notice_issue``, version 1: all that stands on the paper.

    Unit and tenant are what they were that day; ``rectify_by`` is None of a warning
    about something that is in order again.
    """

    finding: Annotated[str, msgspec.Meta(min_length=36, max_length=60)]
    level: Level
    number: Code
    unit: Code
    tenant: dict[Language, Line]
    what: Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]
    clause: Text
    rectify_by: Instant | None
    language: Language


class DeliveryBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``notice_delivery``, version 1: brought to the shop, or tried to."""

    notice: UUID
    outcome: Outcome
    signer_name: Line = ""
    signature: Sha256 | None = None
    photos: Photos = []
    note: Text = ""


class ReplyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``notice_reply``, version 1: what the tenant says to it."""

    notice: UUID
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]
    by_whom: Line = ""
    appeal: bool = False


class WithdrawalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``notice_withdrawal``, version 1."""

    notice: UUID
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]


class ProposalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``penalty_proposal``, version 1: for a notice, or else for a unit.

    ``amount`` is in minor units of ``currency`` (ISO 4217): 50000 CNY is 500 yuan.
    """

    notice: UUID | None = None
    unit: Code | None = None
    clause: Text = ""
    amount: Annotated[int, msgspec.Meta(gt=0, le=10**15)] | None = None
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] | None = None
    text: Text = ""
    photos: Photos = []


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``penalty_decision``, version 1."""

    proposal: UUID
    verdict: Literal["approved", "declined"]
    text: Text = ""


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


_proposal = reader(ProposalBody)


def read_proposal(text: str) -> ProposalBody:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a proposal, or lacks what it is
            about or its reason.
    """
    body = _proposal(text)
    if (body.notice is None) == (body.unit is None):
        raise _unreadable(_("A penalty is for a notice, or else for a unit."))
    if not (body.text.strip() or body.clause.strip()):
        raise _unreadable(_("A penalty needs a reason or a clause."))
    if (body.amount is None) != (body.currency is None):
        raise _unreadable(_("An amount needs its currency."))
    return body


def _unreadable(why: str) -> Refused:
    return Refused("unreadable", _("The entry cannot be read: %(why)s", why=why))
