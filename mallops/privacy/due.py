"""What a mall's terms say is to be erased; nothing that is still needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.checklists.models import ChecklistVersion, Inspection
from mallops.db import db
from mallops.doors.models import DoorDay, DoorSighting
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger.models import Entry, LogLine, Photo, Tombstone
from mallops.notices.models import Notice
from mallops.places.models import Mall
from mallops.places.rules import business_day
from mallops.privacy.terms import Terms

FIRE = "fire_patrol"
Ids = sa.Select[Any]

# An inspection or sighting that a finding was opened or seen again from is evidence of
# that finding, and goes when the finding goes.
_OF_FINDINGS = sa.union(
    sa.select(Finding.entry_id.label("entry_id"), Finding.id.label("finding_id")),
    sa.select(FindingUpdate.entry_id, FindingUpdate.finding_id),
).subquery()


def entries(
    mall: Mall, terms: Terms, now: datetime
) -> Iterator[tuple[str, list[UUID]]]:
    """For each term that is given: the entries whose words are to go, oldest first."""
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    for term, days, several in (
        ("routine", terms.routine, (_walks, _doors)),
        ("fire_patrols", terms.fire_patrols, (_patrols,)),
        ("notes", terms.notes, (_notes,)),
    ):
        if days is not None:
            before = today - timedelta(days=days)
            yield term, _found([ids_of(mall, before) for ids_of in several], terms.hold)
    for term, days, incidents in (
        ("findings", terms.findings, False),
        ("incidents", terms.incidents, True),
    ):
        if days is not None:
            before_moment = now - timedelta(days=days)
            closed = _closed(mall, before_moment, incidents=incidents)
            yield term, _found((closed,), terms.hold)


def _found(several: Collection[Ids], hold: Collection[UUID]) -> list[UUID]:
    found: list[UUID] = []
    for ids in several:
        left = ids.where(
            ~sa.exists().where(Tombstone.entry_id == Entry.id), Entry.id.not_in(hold)
        )
        found += db.session.scalars(left.order_by(Entry.ledger_seq))
    return found


def _walks(mall: Mall, before: date) -> Ids:
    return _inspections(mall, before).where(ChecklistVersion.code != FIRE)


def _patrols(mall: Mall, before: date) -> Ids:
    return _inspections(mall, before).where(ChecklistVersion.code == FIRE)


def _inspections(mall: Mall, before: date) -> Ids:
    return (
        sa.select(Entry.id)
        .join(Inspection, Inspection.entry_id == Entry.id)
        .join(ChecklistVersion, ChecklistVersion.id == Inspection.version_id)
        .where(Inspection.mall_id == mall.id, Inspection.business_day < before)
        .where(_is_of_no_finding())
    )


def _doors(mall: Mall, before: date) -> Ids:
    """Looks that say more than a state, at doors that made no case that day."""
    look = DoorSighting
    says_more = sa.or_(
        look.note != "", _has_photos(Entry.photos), Entry.body.contains("confirmed_by")
    )
    case = sa.exists().where(
        DoorDay.unit_id == look.unit_id,
        DoorDay.day == look.day,
        DoorDay.case.is_not(None),
    )
    return (
        sa.select(Entry.id)
        .join(look, look.entry_id == Entry.id)
        .where(look.mall_id == mall.id, look.day < before)
        .where(says_more, ~case, _is_of_no_finding())
    )


def _notes(mall: Mall, before: date) -> Ids:
    return (
        sa.select(Entry.id)
        .join(LogLine, LogLine.entry_id == Entry.id)
        .where(LogLine.mall_id == mall.id, LogLine.business_day < before)
        .where(LogLine.kind == "note", LogLine.state != "held")
    )


def _closed(mall: Mall, before: datetime, *, incidents: bool) -> Ids:
    """Entries all of whose findings were closed long ago and led to no notice."""
    is_incident = Finding.category == "incident"
    goes = sa.and_(
        Finding.mall_id == mall.id,
        Finding.closed_at < before,
        is_incident if incidents else ~is_incident,
        ~sa.exists().where(Notice.finding_id == Finding.id),
    )
    of = _OF_FINDINGS
    gone = sa.select(of.c.entry_id).join(Finding, Finding.id == of.c.finding_id)
    stays = gone.where(Finding.mall_id == mall.id, ~sa.func.coalesce(goes, sa.false()))
    return (
        sa.select(Entry.id)
        .where(Entry.mall_id == mall.id, Entry.id.in_(gone.where(goes)))
        .where(Entry.id.not_in(stays))
    )


def _is_of_no_finding() -> sa.ColumnElement[bool]:
    opened = sa.exists().where(Finding.entry_id == Entry.id)
    stepped = sa.exists().where(FindingUpdate.entry_id == Entry.id)
    return ~opened & ~stepped


def _has_photos(column: Any) -> sa.ColumnElement[bool]:
    return sa.cast(column, sa.Text) != "[]"


def photos(mall: Mall, terms: Terms, now: datetime) -> list[str]:
    """Photos of routine work that are older than their term."""
    if terms.photos is None:
        return []
    today = business_day(now, mall.time_zone, mall.day_starts_at)
    before = today - timedelta(days=terms.photos)
    found: dict[str, None] = {}
    for ids in (_walks(mall, before), _doors(mall, before), _notes(mall, before)):
        rows = ids.with_only_columns(Entry.photos, maintain_column_froms=True)
        kept = rows.where(_has_photos(Entry.photos), Entry.id.not_in(terms.hold))
        for some in db.session.scalars(kept.order_by(Entry.ledger_seq)):
            found |= dict.fromkeys(some)
    return sorted(_kept(mall, found) - needed(mall))


def _kept(mall: Mall, hashes: Collection[str]) -> set[str]:
    """Those that were not erased yet."""
    have = sa.select(Photo.sha256).where(Photo.mall_id == mall.id)
    return set(hashes) & set(db.session.scalars(have))


def needed(mall: Mall) -> set[str]:
    """Photos that an open finding or one of its steps shows."""
    is_open = [Finding.mall_id == mall.id, Finding.closed_at.is_(None)]
    own = sa.select(Finding.photos).where(*is_open)
    steps = sa.select(FindingUpdate.photos).join(
        Finding, Finding.id == FindingUpdate.finding_id
    )
    several = [*db.session.scalars(own), *db.session.scalars(steps.where(*is_open))]
    return {sha256 for some in several for sha256 in some}
