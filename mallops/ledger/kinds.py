"""The registry of entry kinds: each feature says what its entries mean.

A kind is registered in ``mallops/__init__.py``; neither ``sync`` nor ``ledger``
changes when one is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec
from flask import current_app

from mallops.db import Model
from mallops.ledger.models import Entry, LogLine
from mallops.places.models import Mall

# Between what the body of an entry says was done and its recording. A form may lie open
# for a day at most; a clock that was put right meanwhile is off by minutes.
LONGEST_BEFORE, LONGEST_AFTER = timedelta(days=1), timedelta(minutes=5)


class Received(msgspec.Struct, frozen=True):
    """One entry on its way into the ledger, read but not yet judged."""

    id: UUID
    kind: str
    v: int
    install_id: UUID | None
    install_seq: int | None
    recorded_by_id: int | None
    carried_by_id: int
    recorded_at: datetime  # the phone's clock
    recorded_offset_minutes: int
    sent_at: datetime
    received_at: datetime
    occurred_at: datetime  # corrected where the phone's clock was off
    business_day: date
    text: str  # the body, exactly as sealed
    sha256: str
    body: Any  # the body, as its kind read it
    photos: tuple[str, ...] = ()
    photos_lost: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    held_because: str | None = None
    foreseen: Judgement | None = None  # what its kind could say before its turn came

    def on_true_clock(self, moment: datetime) -> datetime:
        """A time out of the body, moved as far as the phone's clock was off."""
        return moment + (self.occurred_at - self.recorded_at)

    def can_be_of(self, moment: datetime) -> bool:
        """Whether what was recorded then can have been done at this time of the body.

        Both are of the phone's clock.
        """
        before = self.recorded_at - moment
        return -LONGEST_AFTER <= before <= LONGEST_BEFORE


class Judgement(msgspec.Struct, frozen=True):
    """What a kind says of one entry: how the log shows it and what it doubts."""

    summary: Mapping[str, Any]
    search: str = ""
    problem: bool = False
    zone_id: int | None = None
    place_id: int | None = None
    unit_id: int | None = None
    business_day: date | None = None  # where not the day it occurred on
    flags: tuple[str, ...] = ()
    held_because: str | None = None
    facts: Any = None  # for apply(); None: nothing to apply


Judged = tuple[Received, Judgement]


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Kind:
    """One kind of entry.

    ``read`` turns the body's JSON text into a value or raises Refused; ``judge``
    looks at several at once, so that it can ask the database once; ``apply`` makes
    the tables in ``tables`` say what the entries mean; ``summarise`` is the line of
    the log in the reader's language; ``page`` is the template of an entry's page.
    ``words``: keys of the body whose values are somebody's words, names or photos;
    they are emptied when an entry is erased, by ``redact`` where keys alone do not
    tell. ``reword`` says in its tables what is left then (None: such entries are
    kept, for its tables hold words).
    ``foresee`` judges, before they have their turn in the ledger, those entries of
    which nothing in the ledger can change what is said; the others get None.
    ``looks_back``: it is judged by what entries of other kinds did before it, so these
    must be applied first even when they come in the same batch. ``closes``: what comes
    after it is watched by what it did, so it must be applied before that.
    """

    name: str
    v: int
    read: Callable[[str], Any]
    judge: Callable[[Mall, Sequence[Received]], list[Judgement]]
    apply: Callable[[Mall, Sequence[Judged]], None]
    summarise: Callable[[Mapping[str, Any]], str]
    page: str
    title: Any  # lazy text: what the filters and headings call it
    tables: tuple[type[Model], ...] = ()  # children before parents
    looks_back: bool = False
    closes: bool = False
    words: frozenset[str] = frozenset({"text", "note", "reason", "photos"})
    redact: Callable[[Mall, Mapping[str, Any]], dict[str, Any]] | None = None
    reword: Callable[[Mall, Sequence[Judged]], None] | None = None
    foresee: Callable[[Mall, Sequence[Received]], list[Judgement | None]] | None = None
    page_facts: Callable[[Entry, Mapping[str, Any]], dict[str, Any]] = field(
        default=_nothing
    )


def table_of(*kinds: Kind) -> dict[tuple[str, int], Kind]:
    return {(kind.name, kind.v): kind for kind in kinds}


def all_kinds() -> Iterable[Kind]:
    return _table().values()


def find(name: str, v: int) -> Kind | None:
    return _table().get((name, v))


def get(name: str, v: int) -> Kind:
    return _table()[(name, v)]


def runs(entries: Iterable[Received]) -> Iterator[list[Received]]:
    """The entries in their order, cut before each kind that looks back at others."""
    run: list[Received] = []
    for entry in entries:
        if run and run[-1].kind != entry.kind and _is_cut(run[-1], entry):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def _is_cut(last: Received, entry: Received) -> bool:
    return get(last.kind, last.v).closes or get(entry.kind, entry.v).looks_back


# Looks at what comes in, whatever its kind, and says which flags it deserves.
Watcher = Callable[[Mall, Sequence[Received]], Mapping[UUID, tuple[str, ...]]]


def watched(mall: Mall, judged: Sequence[Judged]) -> Sequence[Judged]:
    """The same, with the flags that watchers add: features say what they look out for.

    Registered in ``mallops/__init__.py``. Only what comes in is watched: its flags are
    kept with the entry, and a rebuild reads them there.
    """
    watchers: tuple[Watcher, ...] = current_app.extensions["mallops.watchers"]
    for watcher in watchers:
        flags = watcher(mall, [entry for entry, _ in judged])
        if flags:
            judged = [_flagged(pair, flags) for pair in judged]
    return judged


def _flagged(pair: Judged, flags: Mapping[UUID, tuple[str, ...]]) -> Judged:
    entry, said = pair
    more = flags.get(entry.id, ())
    if not more:
        return pair
    return entry, msgspec.structs.replace(said, flags=(*said.flags, *more))


def summary_of(line: LogLine) -> str:
    """The one line that tells what an entry says, in the reader's language."""
    return get(line.kind, line.entry.v).summarise(line.summary)


def _table() -> dict[tuple[str, int], Kind]:
    return cast("dict[tuple[str, int], Kind]", current_app.extensions["mallops.kinds"])
