"""Taking batches in: attributing each entry to its author, then to the ledger.

The first asks much and writes nothing, so it comes before the turn to write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.db import db
from mallops.ledger import actions as ledger
from mallops.ledger import chain
from mallops.ledger.judging import foresee
from mallops.ledger.kinds import Received
from mallops.ledger.models import Quarantined
from mallops.people import phones
from mallops.people.models import User
from mallops.places import queries as places
from mallops.places import rules as place_rules
from mallops.places.models import Mall
from mallops.sync import bindings, rules
from mallops.sync.authors import Author, Authors, keys
from mallops.sync.opening import Opened
from mallops.sync.rules import Batch, SealedEntry, Unreadable

Result = dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One request: the batch, opened; who carries it in what, and when it arrived."""

    batch: Batch
    opened: Sequence[Opened | Unreadable]
    carrier_id: int
    user_agent: str
    received_at: datetime

    @property
    def ids(self) -> set[UUID]:
        return {one.sealed.id for one in self.opened if isinstance(one, Opened)}

    @cached_property
    def authors(self) -> Authors:
        signed = (e.binding for e in self.opened if isinstance(e, Opened))
        return Authors(self.carrier_id, signed, self.received_at)


class Calendar:
    """A mall and its business days: the last one is kept, mostly there is one."""

    def __init__(self, mall: Mall) -> None:
        self.mall = mall
        self._day = date.min
        self._begins = self._ends = datetime.max.replace(tzinfo=UTC)

    def day_of(self, moment: datetime) -> date:
        if not self._begins <= moment < self._ends:
            clock = self.mall.time_zone, self.mall.day_starts_at
            self._day = place_rules.business_day(moment, *clock)
            self._begins, self._ends = place_rules.day_bounds(self._day, *clock)
        return self._day


FindCalendar = Callable[[str], Calendar | None]  # by the code of a mall


def _find_calendar(code: str) -> Calendar | None:
    mall = places.find_mall(code)
    if mall is None:
        return None
    db.session.expunge(mall)  # it stays as it was read until all is stored
    return Calendar(mall)


def bind(user: User, install_id: UUID, user_agent: str, now: datetime) -> str:
    """Note that this person is on this install now, and sign it. Flushes."""
    phones.note_contact(install_id, user.id, user_agent, now)
    return bindings.issue(
        keys(),
        user.id,
        install_id,
        account_ms=bindings.milliseconds(user.created_at),
        times_lost=phones.times_lost([install_id])[install_id],
    )


Position = tuple[int, int]  # of a delivery, and of an entry in its batch


@dataclass(frozen=True)
class Attributed:
    """Deliveries whose entries have their authors.

    Each is judged as far as it can be before its turn to be stored has come.
    """

    deliveries: Sequence[Delivery]
    unstorable: Mapping[Position, Unstorable]
    by_mall: Sequence[tuple[Mall, Mapping[Position, Received]]]


@dataclass(frozen=True)
class Stored:
    """What became of the entries of a delivery, in their order; where all stands."""

    said: Sequence[ledger.Outcome | Unstorable]
    missing: Sequence[UUID]
    standing: tuple[str, int]  # epoch, and through which number all is backed up


def attribute(deliveries: Sequence[Delivery]) -> Attributed:
    """Say of each entry whose it is. Reads only: others may write meanwhile."""
    find_calendar = cache(_find_calendar)
    unstorable: dict[Position, Unstorable] = {}
    malls: dict[int, Mall] = {}
    placed: dict[int, dict[Position, Received]] = {}
    for number, delivery in enumerate(deliveries):
        for place, opened in enumerate(delivery.opened):
            try:
                mall, entry = _attribute(delivery, opened, find_calendar)
            except Unstorable as fault:
                unstorable[number, place] = fault
            else:
                malls[mall.id] = mall
                placed.setdefault(mall.id, {})[number, place] = entry
    by_mall = []
    for id_, mall in sorted(malls.items()):  # so that two processes never deadlock
        foreseen = foresee(mall, list(placed[id_].values()))
        by_mall.append((mall, dict(zip(placed[id_], foreseen, strict=True))))
    return Attributed(deliveries, unstorable, by_mall)


def take_in(attributed: Attributed) -> list[list[ledger.Outcome | Unstorable]]:
    """Store what can be stored, and say what became of each entry. Flushes."""
    deliveries = attributed.deliveries
    said: dict[Position, ledger.Outcome | Unstorable] = dict(attributed.unstorable)
    for mall, placed in attributed.by_mall:
        outcomes = ledger.store(mall, list(placed.values()))
        for (position, entry), outcome in zip(placed.items(), outcomes, strict=True):
            said[position] = outcome
            if outcome.status == "conflict":
                _quarantine(*_conflict(deliveries, position, entry, mall))
    for (number, _place), fault in attributed.unstorable.items():
        _quarantine(deliveries[number], fault)
    return [
        [said[number, place] for place in range(len(delivery.opened))]
        for number, delivery in enumerate(deliveries)
    ]


def _conflict(
    deliveries: Sequence[Delivery], position: Position, entry: Received, mall: Mall
) -> tuple[Delivery, Unstorable]:
    number, place = position
    raw = bytes(deliveries[number].batch.entries[place]).decode()
    return deliveries[number], Unstorable("conflict", str(entry.id), raw, mall.id)


def results(stored: Stored) -> list[Result]:
    """As the protocol answers, in the language of who asks."""
    return [
        _rejected(one) if isinstance(one, Unstorable) else _result(one)
        for one in stored.said
    ]


class Unstorable(Exception):
    """An entry that can never be stored; its bytes are quarantined."""

    def __init__(
        self,
        code: str,
        entry_id: str | None,
        raw: str,
        mall_id: int | None = None,
        text: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.entry_id, self.raw = code, entry_id, raw
        self.mall_id, self.text = mall_id, text


def _attribute(
    delivery: Delivery, opened: Opened | Unreadable, find_calendar: FindCalendar
) -> tuple[Mall, Received]:
    home = delivery.authors.home
    if isinstance(opened, Unreadable):
        raise Unstorable(opened.code, opened.id, opened.raw, home)
    sealed = opened.sealed
    calendar = find_calendar(sealed.mall)
    occurred_at, skewed = rules.true_time(
        sealed.recorded_at, delivery.batch.sent_at, delivery.received_at
    )
    author = calendar and delivery.authors.find(
        opened.binding, sealed.kind, calendar.mall.id, occurred_at
    )
    if not calendar or not author:
        raise Unstorable("unknown_mall", str(sealed.id), opened.text, home)
    if opened.fault:
        code, why = opened.fault.code, opened.fault.text
        raise Unstorable(code, str(sealed.id), opened.text, calendar.mall.id, why)
    day, flags = calendar.day_of(occurred_at), _flags(sealed, author, skewed)
    return calendar.mall, _received(delivery, opened, author, occurred_at, day, flags)


def _received(
    delivery: Delivery,
    opened: Opened,
    author: Author,
    occurred_at: datetime,
    day: date,
    flags: tuple[str, ...],
) -> Received:
    sealed = opened.sealed
    offset = sealed.recorded_at.utcoffset()
    return Received(
        id=sealed.id,
        kind=sealed.kind,
        v=sealed.v,
        install_id=author.install_id,
        install_seq=sealed.seq if author.install_id else None,
        recorded_by_id=author.user_id,
        carried_by_id=delivery.carrier_id,
        recorded_at=sealed.recorded_at,
        recorded_offset_minutes=int(offset.total_seconds() // 60) if offset else 0,
        sent_at=delivery.batch.sent_at,
        received_at=delivery.received_at,
        occurred_at=occurred_at,
        business_day=day,
        text=sealed.body,
        sha256=sealed.sha256,
        body=opened.body,
        photos=tuple(sealed.photos),
        photos_lost=tuple(sealed.photos_lost),
        flags=flags,
        held_because=author.held_because,
    )


def _flags(entry: SealedEntry, author: Author, skewed: bool) -> tuple[str, ...]:
    doubts = {"clock_skew": skewed, "photo_lost": bool(entry.photos_lost)}
    return (*author.flags, *(flag for flag, true in doubts.items() if true))


def _result(outcome: ledger.Outcome) -> Result:
    result: Result = {"id": str(outcome.id), "status": outcome.status}
    if outcome.receipt:
        moment = outcome.receipt["received_at"]
        result["receipt"] = {**outcome.receipt, "received_at": instant(moment)}
    if outcome.status == "retry":
        if outcome.missing:
            result["missing"] = list(outcome.missing)
        else:
            result["after_s"] = outcome.after_s
    if outcome.status == "conflict":
        result["reason"] = {"code": "conflict", "text": _texts()["conflict"]}
    return result


def _rejected(fault: Unstorable) -> Result:
    text = fault.text or _texts().get(fault.code, fault.code)
    return {
        "id": fault.entry_id,
        "status": "rejected",
        "reason": {"code": fault.code, "text": text},
    }


def _quarantine(delivery: Delivery, fault: Unstorable) -> None:
    """Keep the bytes once, however often they are sent."""
    digest = chain.body_hash(fault.raw)
    known = sa.select(Quarantined.id).filter_by(
        raw_sha256=digest, carried_by_id=delivery.carrier_id, code=fault.code
    )
    if db.session.scalar(known.limit(1)):
        return
    db.session.add(
        Quarantined(
            mall_id=fault.mall_id,
            carried_by_id=delivery.carrier_id,
            received_at=delivery.received_at,
            code=fault.code,
            entry_id=fault.entry_id,
            raw_sha256=digest,
            raw=fault.raw,
        )
    )
    db.session.flush()


def _texts() -> Mapping[str, str]:
    return {
        "unreadable": _("The entry cannot be read."),
        "too_large": _("The entry is too large."),
        "wrong_hash": _("The entry was changed after it was saved."),
        "unknown_mall": _("There is no such mall for you."),
        "unknown_kind": _("This server does not know this kind of entry yet."),
        "conflict": _("Another entry with the same number was stored before."),
    }


def instant(moment: datetime) -> str:
    """A moment as the protocol writes it: UTC, milliseconds, Z."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
