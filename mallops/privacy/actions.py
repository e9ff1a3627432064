"""Erasing: an entry that tells of it, what is left of the others, photos gone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.errors import Refused
from mallops.ledger import actions as ledger
from mallops.ledger import chain, erasing, kinds, queries
from mallops.ledger.erasing import Told
from mallops.ledger.models import Entry, Photo
from mallops.people.models import UserSession
from mallops.permits.models import Permit
from mallops.places.models import Mall
from mallops.places.rules import business_day
from mallops.privacy import due
from mallops.privacy.kinds import NAME
from mallops.privacy.terms import Terms
from mallops.shifts.models import RosterChange, ShiftDuty, ShiftPattern
from mallops.watches.models import TenantWatch


@dataclass(frozen=True)
class Cause:
    """Why something is erased, on whose word, and when."""

    why: str
    reason: str
    by_id: int
    now: datetime
    more: Mapping[str, Any]  # further keys of the erasure's body


def erase(
    mall: Mall, ids: Sequence[UUID], photos: Sequence[str], cause: Cause
) -> list[str]:
    """Take the words and photos out of some entries, and further photos. Flushes.

    Returns:
        The photos whose files are to be deleted once this is committed.

    Raises:
        Refused("kept"): one is of a kind that is kept whole: signatures of handovers,
            notices, penalties, decisions.
    """
    found = [one for one in queries.stored(ids).values() if one.mall_id == mall.id]
    bodies = {one.id: left_of(mall, one) for one in found}
    own = {sha256 for one in found for sha256 in one.photos}
    gone = sorted(_known(mall, own | set(photos)) - due.needed(mall))
    _write(mall, bodies, gone, cause)
    erasing.reword(mall, list(bodies))
    return gone


def _known(mall: Mall, hashes: set[str]) -> set[str]:
    known = sa.select(Photo.sha256).where(
        Photo.mall_id == mall.id, Photo.sha256.in_(hashes)
    )
    return set(db.session.scalars(known))


def left_of(mall: Mall, entry: Entry) -> str:
    """The body without somebody's words, names and photos.

    Raises:
        Refused("kept"): see erase().
    """
    kind = kinds.get(entry.kind, entry.v)
    if entry.kind == NAME or (kind.tables and kind.reword is None):
        raise Refused("kept", f"{entry.kind} {entry.id} is kept whole")
    body = json.loads(entry.body)
    left = kind.redact(mall, body) if kind.redact else erasing.without(body, kind.words)
    return json.dumps(left, ensure_ascii=False)


def write_over(mall: Mall, bodies: Mapping[UUID, str], cause: Cause) -> None:
    """Put these bodies in place of those, and tell of it. Flushes."""
    _write(mall, bodies, [], cause)


def _write(
    mall: Mall, bodies: Mapping[UUID, str], photos: Sequence[str], cause: Cause
) -> None:
    if not bodies and not photos and cause.why != "person":
        return
    body = {
        "why": cause.why,
        "reason": cause.reason,
        "entries": {str(id_): chain.body_hash(text) for id_, text in bodies.items()},
        "photos": list(photos),
        **cause.more,
    }
    told = ledger.desk_entry(mall, NAME, body, cause.by_id, cause.now)
    ledger.record(mall, told)
    erasing.write_over(mall, bodies, Told(told.id, cause.now, cause.reason))
    erasing.forget_photos(mall.id, photos, cause.now)


# -- What is no entry


def forget_roster(mall: Mall, terms: Terms, now: datetime) -> int:
    """Who was on which shift, beyond its term. Flushes."""
    if terms.roster is None:
        return 0
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    before = today - timedelta(days=terms.roster)
    of_mall = sa.select(ShiftPattern.id).where(ShiftPattern.mall_id == mall.id)
    return sum(
        _delete(
            sa.delete(table).where(table.pattern_id.in_(of_mall), table.day < before)
        )
        for table in (ShiftDuty, RosterChange)
    )


def forget_permits(mall: Mall, terms: Terms, now: datetime) -> int:
    """Who came, worked or was watched, beyond its term. Flushes."""
    if terms.permits is None:
        return 0
    term = timedelta(days=terms.permits)
    before = business_day(now, mall.time_zone, mall.day_starts_at) - term
    return sum(
        _delete(sa.delete(table).where(table.mall_id == mall.id, is_over))
        for table, is_over in (
            (Permit, Permit.ends_at < now - term),
            (TenantWatch, TenantWatch.last_day < before),
        )
    )


def forget_sign_ins(users: Sequence[int], terms: Terms, now: datetime) -> int:
    """From where these people signed in, beyond its term. Flushes."""
    if terms.sign_ins is None:
        return 0
    before = now - timedelta(days=terms.sign_ins)
    return _delete(
        sa.delete(UserSession).where(
            UserSession.user_id.in_(users), UserSession.last_seen_at < before
        )
    )


def _delete(statement: sa.Delete) -> int:
    return int(db.session.connection().execute(statement).rowcount)
