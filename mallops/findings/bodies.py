"""What phones send about findings: the bodies of the two kinds, and their reading."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from flask_babel import gettext as _

from mallops.errors import Refused
from mallops.findings import rules

Severity = Literal["S1", "S2", "S3", "S4"]
Category = Literal[
    "hygiene", "equipment", "fire_safety", "security", "tenant", "fitout", "staff",
    "incident", "complaint", "other",
]  # fmt: skip
StepName = Literal[
    "acknowledge", "assign", "prioritise", "start", "wait", "fix", "verify", "reject",
    "void", "comment", "seen_again",
]  # fmt: skip
State = Literal[
    "open", "assigned", "in_progress", "waiting", "rejected", "fixed", "verified",
    "fixed_on_spot", "void",
]  # fmt: skip
Code = Annotated[str, msgspec.Meta(max_length=40)]
Id = Annotated[str, msgspec.Meta(min_length=36, max_length=60)]
Line = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=8000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody was told, and when ("HH:MM" or a moment, as it was written down)."""

    who: Line
    at: Line = ""


class Details(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What incidents and complaints ask for besides (domain 4.11, M13, M14).

    ``people`` who was involved; ``course`` what happened, in order; ``told`` who was
    told and when; ``from_whom`` and ``contact`` of who complains; ``wish`` what they
    ask for; ``outcome`` and ``outcome_told_at`` once it was given back to them.
    """

    people: Text = ""
    course: Text = ""
    told: Annotated[list[Told], msgspec.Meta(max_length=20)] = []
    emergency_called: bool | None = None
    complainant: Literal["customer", "tenant"] | None = None
    from_whom: Line = ""
    contact: Line = ""
    wish: Text = ""
    outcome: Text = ""
    outcome_told_at: Instant | None = None

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


class FindingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``finding``, version 1: a problem seen outside a checklist."""

    category: Category
    severity: Severity
    text: Text
    place: Code | None = None
    unit: Code | None = None
    photos: Annotated[list[str], msgspec.Meta(max_length=20)] = []
    team: Code | None = None  # None: the one the category calls
    fixed_on_spot: bool = False
    warning: Literal["verbal", "written"] | None = None  # it led to this and is over
    details: Details = Details()


class UpdateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``finding_update``, version 1: one step of the follow-up.

    ``seen`` is the state on the screen of who took the step. ``team``, ``person``
    and ``fix_by`` belong to ``assign``, ``severity`` and ``fix_by`` to
    ``prioritise``, ``waiting_for`` to ``wait``.
    """

    finding: Id
    step: StepName
    seen: State | None = None
    text: Text = ""
    photos: Annotated[list[str], msgspec.Meta(max_length=20)] = []
    team: Code | None = None
    person: int | None = None
    severity: Severity | None = None
    fix_by: Instant | None = None
    waiting_for: Literal["part", "contractor", "tenant"] | None = None
    details: Details = Details()


_finding = msgspec.json.Decoder(FindingBody)
_update = msgspec.json.Decoder(UpdateBody)


def read_finding(text: str) -> FindingBody:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a finding.
    """
    body: FindingBody = _read(_finding, text)
    if body.place is None and body.unit is None:
        raise Refused("unreadable", _("A finding needs a place or a unit."))
    if body.warning and not body.fixed_on_spot:
        raise Refused("unreadable", _("After a warning nothing stays to be put right."))
    return body


def read_update(text: str) -> UpdateBody:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a step, or lacks its reason.
    """
    body: UpdateBody = _read(_update, text)
    if body.step in rules.NEED_TEXT and not (body.text.strip() or _adds_details(body)):
        raise Refused("unreadable", _("This step needs a reason in words."))
    if body.step == "wait" and body.waiting_for is None:
        raise Refused("unreadable", _("Say what it waits for."))
    return body


def _adds_details(body: UpdateBody) -> bool:
    return body.step == "comment" and body.details != Details()


def _read(decoder: Any, text: str) -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused(
            "unreadable", _("The finding cannot be read: %(why)s", why=str(error))
        ) from None
