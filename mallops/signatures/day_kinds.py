"""What a ``day_sign_off`` entry means: a manager signs for a day, at a desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.handovers.bodies import Digest, Part, Text, reader
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places.models import Mall


class Named(Part, frozen=True):
    """A handover of the day, by its entry and what it hands over."""

    id: UUID
    digest: Digest


class Body(Part, frozen=True):
    """The body of a sign-off, version 1: what was on the screen, up to ``through``."""

    day: date
    handovers: list[Named]
    through: Annotated[int, msgspec.Meta(ge=0)]
    remarks: Text = ""


def judge(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    """It stands in the log of the day it is about."""
    return [_judge(entry.body) for entry in entries]


def _judge(body: Body) -> Judgement:
    summary = {
        "day": body.day.isoformat(),
        "handovers": len(body.handovers),
        "through": body.through,
        "remarks": body.remarks[:280],
    }
    return Judgement(summary, search=body.remarks, business_day=body.day)


def apply(mall: Mall, judged: Sequence[Judged]) -> None:
    """Nothing: the line of the log says it all."""


def summarise(summary: Mapping[str, Any]) -> str:
    words = {"day": summary["day"], "number": summary["through"]}
    said = str(_("%(day)s signed off, up to ledger number %(number)s", **words))
    return f"{said}{_(': ')}{summary['remarks']}" if summary["remarks"] else said


def page_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"remarks": "", **body, "day": date.fromisoformat(body["day"])}


DAY_SIGN_OFF = Kind(
    name="day_sign_off",
    v=1,
    read=reader(Body),
    judge=judge,
    apply=apply,
    summarise=summarise,
    page="signatures/_day_entry.html",
    title=_l("Sign-off of a day"),
    page_facts=page_facts,
)
