"""What came after a signature though it was recorded before: late entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db, fetch
from mallops.handovers import rules, windows
from mallops.handovers.coverage import (
    OF_ALL,
    OF_PEOPLE,
    OWN_KINDS,
    between,
    team_members,
)
from mallops.handovers.models import AddendumAcknowledgement, Handover
from mallops.ledger.kinds import Received
from mallops.ledger.models import LogLine
from mallops.places.models import Mall

FLAG = "after_sign_off"


@dataclass(frozen=True)
class Late:
    """One late entry, and who took note of it first."""

    line: LogLine
    acknowledgement: AddendumAcknowledgement | None

    @property
    def is_acknowledged(self) -> bool:
        return self.acknowledgement is not None


def addendum(mall: Mall, handover: Handover, since: datetime) -> list[Late]:
    """The entries of its window that a handover does not cover.

    Args:
        since: when its window begins by all that is known today.
    """
    conditions, given = _late(mall, handover, since)
    lines = db.session.scalars(
        sa.select(LogLine)
        .where(*conditions)
        .options(
            joinedload(LogLine.entry, innerjoin=True),
            joinedload(LogLine.person),
            joinedload(LogLine.place),
            joinedload(LogLine.unit),
        )
        .order_by(LogLine.occurred_at, LogLine.ledger_seq),
        given,
    ).all()
    noted = _acknowledgements([handover.id]).get(handover.id, {}) if lines else {}
    return [Late(line, noted.get(line.entry_id)) for line in lines]


@dataclass(frozen=True)
class Count:
    """How many late entries a handover has, and how many were taken note of."""

    late: int = 0
    acknowledged: int = 0

    @property
    def open(self) -> int:
        return self.late - self.acknowledged


def counts(
    mall: Mall, handovers: Sequence[Handover], since: Mapping[str, datetime]
) -> dict[UUID, Count]:
    """The same for several handovers, without a look at each entry's words.

    Args:
        since: by shift, when the window of its handover begins.
    """
    noted = _acknowledgements([one.id for one in handovers]) if handovers else {}
    found = {}
    for handover in handovers:
        conditions, given = _late(mall, handover, since[handover.shift])
        query = sa.select(LogLine.entry_id).where(*conditions)
        ids = set(db.session.scalars(query, given))
        found[handover.id] = Count(len(ids), len(ids & set(noted.get(handover.id, {}))))
    return found


def covers_until(handover: Handover) -> datetime:
    return windows.stops_at(handover.starts_at, handover.ends_at, handover.signed_at)


def _late(
    mall: Mall, handover: Handover, since: datetime
) -> tuple[list[sa.ColumnElement[bool]], dict[str, Any]]:
    """Came after it was shown, or is from before what it states to cover.

    With what the conditions are asked for (``between``).
    """
    stated = handover.covers_from
    since = since if stated else handover.starts_at
    until = covers_until(handover)
    people = team_members(mall.id, handover.team, since, until)
    unseen = LogLine.ledger_seq > handover.through
    before = [LogLine.occurred_at < stated] if stated and since < stated else []
    of_them = OF_ALL if people is None else OF_PEOPLE
    conditions = [*of_them, sa.or_(unseen, *before)]
    return conditions, between(mall, since, until, people)


def _acknowledgements(
    ids: Sequence[UUID],
) -> dict[UUID, dict[UUID, AddendumAcknowledgement]]:
    """By handover and late entry: the first who took note."""
    found: dict[UUID, dict[UUID, AddendumAcknowledgement]] = defaultdict(dict)
    query = (
        sa.select(AddendumAcknowledgement)
        .where(AddendumAcknowledgement.handover_id.in_(ids))
        .options(joinedload(AddendumAcknowledgement.by))
        .order_by(AddendumAcknowledgement.at, AddendumAcknowledgement.entry_id)
    )
    for one in db.session.scalars(query):
        found[one.handover_id].setdefault(one.late_entry_id, one)
    return found


# -- As entries come in ---------------------------------------------------------------

_SINCE = sa.func.coalesce(Handover.covers_from, Handover.starts_at)
_SIGNED = sa.select(
    Handover.team, _SINCE.label("since"), Handover.ends_at, Handover.signed_at
).where(
    Handover.mall_id == sa.bindparam("mall_id"),
    Handover.signed_at > sa.bindparam("oldest"),
    sa.bindparam("newest") >= _SINCE,
)


def flag_late_entries(
    mall: Mall, entries: Sequence[Received]
) -> Mapping[UUID, tuple[str, ...]]:
    """Watches what comes in: recorded before a signature that is here already.

    One look into an index a batch: work of today finds no signature after it.
    """
    moments = [one.occurred_at for one in entries if one.kind not in OWN_KINDS]
    if not moments:
        return {}
    signed = fetch(_SIGNED, mall_id=mall.id, oldest=min(moments), newest=max(moments))
    flagged: set[UUID] = set()
    for team, since, ends_at, signed_at in signed:
        late = list(_of(entries, since, ends_at, signed_at))
        people = team_members(mall.id, team, since, ends_at) if late else None
        flagged |= {
            one.id for one in late if people is None or one.recorded_by_id in people
        }
    return dict.fromkeys(flagged, (FLAG,))


def _of(
    entries: Iterable[Received],
    since: datetime,
    ends_at: datetime,
    signed_at: datetime,
) -> Iterable[Received]:
    return (
        one
        for one in entries
        if one.kind not in OWN_KINDS
        and rules.is_late(one.occurred_at, since, ends_at, signed_at)
    )
