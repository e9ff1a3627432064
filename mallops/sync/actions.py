"""Taking a batch in: attributing each entry to its author, then to the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.db import db
from mallops.errors import Refused
from mallops.ledger import actions as ledger
from mallops.ledger import chain, kinds
from mallops.ledger.kinds import Received
from mallops.ledger.models import Quarantined
from mallops.people import phones
from mallops.people import queries as people
from mallops.people.models import User
from mallops.people.rights import RECORDERS
from mallops.places import queries as places
from mallops.places import rules as place_rules
from mallops.places.models import Mall
from mallops.sync import bindings, rules
from mallops.sync.authors import Author, Authors, keys
from mallops.sync.rules import Batch, SealedEntry, Unreadable

Result = dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One request: the batch, who carries it, when it arrived, by which clock."""

    batch: Batch
    carrier: User
    received_at: datetime

    @cached_property
    def authors(self) -> Authors:
        return Authors(self.carrier, self.batch.sent_at, self.received_at)

    @cached_property
    def find_mall(self) -> Callable[[str], Mall | None]:
        return cache(places.find_mall)


def bind(user: User, install_id: UUID, user_agent: str, now: datetime) -> str:
    """Note that this person is on this install now, and sign it. Flushes."""
    phones.note_contact(install_id, user.id, user_agent, now)
    return bindings.issue(keys(), user.id, install_id)


def take_in(delivery: Delivery) -> list[Result]:
    """Store what can be stored; one result for each entry, in their order. Flushes."""
    results: dict[int, Result] = {}
    by_mall: dict[int, tuple[Mall, list[tuple[int, Received]]]] = {}
    for place, sealed in enumerate(delivery.batch.entries):
        try:
            mall, entry = _read(delivery, sealed)
        except Unstorable as fault:
            results[place] = _reject(delivery, fault)
        else:
            by_mall.setdefault(mall.id, (mall, []))[1].append((place, entry))
    for mall, placed in by_mall.values():
        outcomes = ledger.store(mall, [entry for _, entry in placed])
        for (place, entry), outcome in zip(placed, outcomes, strict=True):
            results[place] = _result(outcome)
            if outcome.status == "conflict":
                raw = bytes(delivery.batch.entries[place]).decode()
                other = Unstorable("conflict", str(entry.id), raw, mall.id)
                _quarantine(delivery, other)
    return [results[place] for place in range(len(delivery.batch.entries))]


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


def _read(delivery: Delivery, raw: msgspec.Raw) -> tuple[Mall, Received]:
    entry = rules.read_entry(raw)
    if isinstance(entry, Unreadable):
        raise Unstorable(entry.code, entry.id, entry.raw, _home(delivery))
    text = bytes(raw).decode()
    mall = delivery.find_mall(entry.mall)
    author = mall and delivery.authors.find(entry, mall)
    if not mall or not author:
        raise Unstorable("unknown_mall", str(entry.id), text, _home(delivery))
    kind = kinds.find(entry.kind, entry.v)
    if not kind or entry.kind not in PHONE_KINDS:
        raise Unstorable("unknown_kind", str(entry.id), text, mall.id)
    try:
        body = kind.read(entry.body)
    except Refused as refusal:
        code, why = refusal.code, refusal.text
        raise Unstorable(code, str(entry.id), text, mall.id, why) from None
    return mall, _received(delivery, mall, entry, author, body)


# Decisions are made on desk pages only; no phone can send one.
PHONE_KINDS = frozenset(RECORDERS) - {"held_decision"}


def _received(
    delivery: Delivery, mall: Mall, entry: SealedEntry, author: Author, body: Any
) -> Received:
    occurred_at, skewed = rules.true_time(
        entry.recorded_at, delivery.batch.sent_at, delivery.received_at
    )
    offset = entry.recorded_at.utcoffset()
    return Received(
        id=entry.id,
        kind=entry.kind,
        v=entry.v,
        install_id=author.install_id,
        install_seq=entry.seq if author.install_id else None,
        recorded_by_id=author.user_id,
        carried_by_id=delivery.carrier.id,
        recorded_at=entry.recorded_at,
        recorded_offset_minutes=int(offset.total_seconds() // 60) if offset else 0,
        sent_at=delivery.batch.sent_at,
        received_at=delivery.received_at,
        occurred_at=occurred_at,
        business_day=place_rules.business_day(
            occurred_at, mall.time_zone, mall.day_starts_at
        ),
        text=entry.body,
        sha256=entry.sha256,
        body=body,
        photos=tuple(entry.photos),
        photos_lost=tuple(entry.photos_lost),
        flags=_flags(entry, author, skewed),
        held_because=author.held_because,
    )


def _flags(entry: SealedEntry, author: Author, skewed: bool) -> tuple[str, ...]:
    doubts = {"clock_skew": skewed, "photo_lost": bool(entry.photos_lost)}
    return (*author.flags, *(flag for flag, true in doubts.items() if true))


def _home(delivery: Delivery) -> int | None:
    """The mall in which a supervisor of the carrier can look at refused bytes."""
    membership = people.current_membership(delivery.carrier, delivery.received_at)
    return membership.mall_id if membership else None


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


def _reject(delivery: Delivery, fault: Unstorable) -> Result:
    _quarantine(delivery, fault)
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
        raw_sha256=digest, carried_by_id=delivery.carrier.id, code=fault.code
    )
    if db.session.scalar(known.limit(1)):
        return
    db.session.add(
        Quarantined(
            mall_id=fault.mall_id,
            carried_by_id=delivery.carrier.id,
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
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
