"""What the kinds say of entries: before their turn to be stored, and when it comes.

Whoever has the turn keeps all others waiting: the less is left to do then the better.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec.structs import replace
from sqlalchemy.exc import OperationalError

from mallops.ledger import kinds
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.places.models import Mall

log = logging.getLogger(__name__)
_kind_of = attrgetter("kind", "v")


def foresee(mall: Mall, entries: Sequence[Received]) -> list[Received]:
    """The same entries in the same order, judged as far as is possible now.

    Reads only. What one of them breaks here it breaks again when it is stored, alone.

    Raises:
        OperationalError: the database itself is unwell.
    """
    seen = list(entries)
    places = {id(entry): place for place, entry in enumerate(entries)}
    for kind, several in _by_kind(entries):
        for entry, judgement in zip(
            several, _foreseen(kind, mall, several), strict=True
        ):
            seen[places[id(entry)]] = replace(entry, foreseen=judgement)
    return seen


def _foreseen(
    kind: Kind, mall: Mall, entries: Sequence[Received]
) -> Sequence[Judgement | None]:
    nothing = [None] * len(entries)
    if kind.foresee is None:
        return nothing
    try:
        return kind.foresee(mall, entries)
    except OperationalError:
        raise
    except Exception:
        log.exception("entries of kind %s could not be judged early", kind.name)
        return nothing


def judge(mall: Mall, entries: Sequence[Received]) -> list[Judged]:
    """Each entry with what its kind says of it, in the same order."""
    judgements = {one.id: one.foreseen for one in entries if one.foreseen}
    rest = [entry for entry in entries if entry.foreseen is None]
    for kind, several in _by_kind(rest):
        said = kind.judge(mall, several)
        judgements |= {
            entry.id: judgement for entry, judgement in zip(several, said, strict=True)
        }
    return [(entry, judgements[entry.id]) for entry in entries]


def _by_kind(entries: Sequence[Received]) -> Iterator[tuple[Kind, list[Received]]]:
    for (name, v), several in groupby(sorted(entries, key=_kind_of), key=_kind_of):
        yield kinds.get(name, v), list(several)
