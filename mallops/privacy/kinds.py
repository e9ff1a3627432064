"""What an ``erasure`` entry means: words or photos were taken out of the ledger.

It is made by commands and the worker only, never by a phone. The erasing itself is done
beside it (actions.py): when the ledger is applied again, the bodies are as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.ledger import verifying
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.notices.bodies import reader
from mallops.places.models import Mall

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
NAME = verifying.ERASURE
Why = Literal["term", "asked", "person"]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an erasure, version 1.

    ``entries``: the hash of what is left of each; ``photos``: the hashes of those that
    are gone. ``term``: which one ran out; ``person``: whose name was taken out.
    ``again``: the erasure that a restored backup had undone.
    """

    why: Why
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    entries: dict[UUID, Sha256] = {}
    photos: list[Sha256] = []
    term: str | None = None
    person: int | None = None
    again: UUID | None = None


read = reader(Body)


def judge(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return [_judge(entry.body) for entry in entries]


def _judge(body: Body) -> Judgement:
    return Judgement(
        summary={
            "why": body.why,
            "reason": body.reason,
            "entries": len(body.entries),
            "photos": len(body.photos),
        },
        search=body.reason,
    )


def apply(mall: Mall, judged: Sequence[Judged]) -> None:
    """Nothing to keep: it is its log line."""


def summarise(summary: Mapping[str, Any]) -> str:
    words = {name: summary[name] for name in ("entries", "photos", "reason")}
    return str(
        _(
            "Erased: %(entries)s entries, %(photos)s photos. %(reason)s",
            **words,
        )
    )


ERASURE = Kind(
    name=NAME,
    v=1,
    read=read,
    judge=judge,
    apply=apply,
    summarise=summarise,
    page="privacy/_erasure.html",
    title=_l("Erasure"),
)
