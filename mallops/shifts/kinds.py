"""What a ``note`` entry means: a line for the shift log (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.errors import Refused
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot

# What the log's list shows of a long note; its own page shows the whole.
LINE = 280


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a note, version 1."""

    text: str
    place: str | None = None
    photos: list[str] = []


_decoder = msgspec.json.Decoder(Body)


def read(text: str) -> Body:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a note.
    """
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        why = str(error)
        raise Refused(
            "unreadable", _("The note cannot be read: %(why)s", why=why)
        ) from None


def judge(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    named = {entry.body.place for entry in entries if entry.body.place}
    spots = places.named_spots(mall.id, named) if named else {}
    return [_judge(entry.body, spots) for entry in entries]


def _judge(body: Body, spots: Mapping[str, Spot]) -> Judgement:
    spot = spots.get(body.place or "")
    return Judgement(
        summary={"text": body.text[:LINE], "place": body.place},
        search="\n".join([body.text, body.place or ""]),
        zone_id=spot.zone_id if spot else None,
        place_id=spot.place_id if spot else None,
        unit_id=spot.unit_id if spot else None,
        held_because="unknown_place" if body.place and not spot else None,
    )


def apply(mall: Mall, judged: Sequence[Judged]) -> None:
    """A note is its log line; there is nothing else to keep."""


def summarise(summary: Mapping[str, Any]) -> str:
    return str(summary["text"])


NOTE = Kind(
    name="note",
    v=1,
    read=read,
    judge=judge,
    apply=apply,
    summarise=summarise,
    page="shifts/_note.html",
    title=_l("Note"),
)
