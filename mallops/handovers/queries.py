"""Reads of handovers: versions and what was said of them, instructions, who may."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db, fetch
from mallops.handovers import rules, windows
from mallops.handovers.models import (
    Handover,
    HandoverAcceptance,
    HandoverDecision,
    Instruction,
    InstructionAcknowledgement,
)
from mallops.handovers.rules import Acceptance, Decision, Signature, Standing
from mallops.handovers.windows import Told
from mallops.people.models import User
from mallops.places.models import Mall
from mallops.places.rules import ONE_DAY
from mallops.shifts import queries as shift_queries
from mallops.shifts import rules as shift_rules
from mallops.shifts.queries import Beside
from mallops.shifts.rules import Shift

_OF_MALL: sa.BindParameter[int] = sa.bindparam("mall_id")
_SHIFTS: sa.BindParameter[list[str]] = sa.bindparam("shifts", expanding=True)
_VERSIONS = (
    sa.select(Handover)
    .where(Handover.mall_id == _OF_MALL, Handover.shift.in_(_SHIFTS))
    .options(joinedload(Handover.signed_by))
)
_ACCEPTANCES = (
    sa.select(HandoverAcceptance)
    .where(HandoverAcceptance.mall_id == _OF_MALL)
    .where(HandoverAcceptance.shift.in_(_SHIFTS))
    .options(joinedload(HandoverAcceptance.by))
)
_TEAM: Any = sa.bindparam("team", type_=sa.String())
_NEAR = sa.select(
    *(getattr(Handover, name) for name in ("id", "shift", "starts_at")),
    *(getattr(Handover, name) for name in ("still_due", "carried")),
).where(
    Handover.mall_id == _OF_MALL,
    Handover.team.is_not_distinct_from(_TEAM),
    Handover.day.between(sa.bindparam("first"), sa.bindparam("last")),
)


@dataclass
class Story:
    """All that is known of the handover of one shift, and how it stands by it."""

    versions: dict[str, Handover] = field(default_factory=dict)
    acceptances: dict[str, HandoverAcceptance] = field(default_factory=dict)
    decisions: dict[str, HandoverDecision] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)

    @property
    def current(self) -> Handover | None:
        """The version that counts."""
        return self.versions.get(self.standing.signature or "")

    @property
    def closing(self) -> HandoverAcceptance | None:
        """What closed it, or the refusal."""
        return self.acceptances.get(self.standing.acceptance or "")

    @property
    def decision(self) -> HandoverDecision | None:
        return self.decisions.get(self.standing.decision or "")


def find(mall_id: int, handover_id: UUID) -> Handover | None:
    handover = db.session.get(Handover, handover_id)
    return handover if handover and handover.mall_id == mall_id else None


def story_of(mall_id: int, shift: str) -> Story:
    return stories(mall_id, [shift])[shift]


def stories(mall_id: int, shifts: Collection[str]) -> dict[str, Story]:
    """What is known of the handovers of these shifts, by shift."""
    found: dict[str, Story] = defaultdict(Story)
    if not shifts:
        return found
    by_version: dict[UUID, Story] = {}
    given = {"mall_id": mall_id, "shifts": list(shifts)}
    for version in db.session.scalars(_VERSIONS, given):
        by_version[version.id] = found[version.shift]
        found[version.shift].versions[str(version.id)] = version
    for said in db.session.scalars(_ACCEPTANCES, given):
        found[said.shift].acceptances[str(said.entry_id)] = said
    for ruled in _decisions(by_version):
        story = by_version[ruled.handover_id]
        story.decisions[str(ruled.entry_id)] = ruled
    for story in found.values():
        story.standing = _standing(story)
    return found


def stories_and_windows(
    mall: Mall, shifts: Collection[Shift]
) -> tuple[dict[str, Story], dict[str, datetime]]:
    """What is known of the handovers of these shifts, and since when each covers."""
    return _with_windows(mall, [*shift_queries.shifts_before(mall, shifts), *shifts])


def story_and_window(mall: Mall, beside: Beside) -> tuple[Story, datetime]:
    """The same of one shift, whose neighbours are known already."""
    stories, since = _with_windows(mall, [*beside.before, beside.shift])
    return stories[beside.shift.id], since[beside.shift.id]


def _with_windows(
    mall: Mall, every: Sequence[Shift]
) -> tuple[dict[str, Story], dict[str, datetime]]:
    known = stories(mall.id, [one.id for one in every])
    signed = {
        id_: story.current.signed_at for id_, story in known.items() if story.current
    }
    return known, windows.begin(every, signed)


def rounds_told(mall_id: int, shift: Shift) -> list[Told]:
    """What the handovers of its team that were signed about a shift tell of rounds."""
    near = ONE_DAY * shift_rules.REACH
    span = {"first": shift.day - near, "last": shift.day + near}
    versions = fetch(_NEAR, mall_id=mall_id, team=shift.team, **span)
    signed = Counter(one.shift for one in versions)
    again = stories(
        mall_id, [shift_id for shift_id, many in signed.items() if many > 1]
    )
    return [
        Told(
            (one.starts_at, one.shift),
            frozenset(one.still_due),
            frozenset(one.carried),
        )
        for one in versions
        if one.shift not in again or _counts(one.id, again[one.shift])
    ]


def _counts(version: UUID, story: Story) -> bool:
    return story.current is not None and story.current.id == version


def _decisions(versions: Collection[UUID]) -> Iterable[HandoverDecision]:
    if not versions:
        return []
    query = sa.select(HandoverDecision).where(
        HandoverDecision.handover_id.in_(versions)
    )
    return db.session.scalars(query.options(joinedload(HandoverDecision.by)))


def _standing(story: Story) -> Standing:
    return rules.follow(
        [
            Signature(
                id_, one.signed_at, one.signed_by_id, one.digest, tuple(one.lines)
            )
            for id_, one in story.versions.items()
        ],
        [
            Acceptance(id_, one.at, one.by_id, one.digest, one.verdict, one.lines)
            for id_, one in story.acceptances.items()
        ],
        [
            Decision(id_, one.at, one.by_id, str(one.handover_id), one.verdict)
            for id_, one in story.decisions.items()
        ],
    )


def signed_body(handover: Handover) -> dict[str, Any]:
    """What was signed, from the entry itself; what was left out is empty."""
    body: dict[str, Any] = json.loads(handover.entry.body)
    counts = {k: {"note": "", **one} for k, one in body.get("counts", {}).items()}
    return {"reasons": {}, "remarks": "", **body, "counts": counts}


# -- Instructions ---------------------------------------------------------------------


_INSTRUCTIONS = (
    sa.select(
        *(getattr(Instruction, name) for name in ("id", "text", "given_at", "until")),
        User.name.label("given_by"),
    )
    .outerjoin(User, User.id == Instruction.given_by_id)
    .where(
        Instruction.mall_id == _OF_MALL,
        Instruction.team.is_(None) | (Instruction.team == _TEAM),
        Instruction.until.is_(None) | (Instruction.until >= sa.bindparam("day")),
        ~sa.exists().where(
            InstructionAcknowledgement.instruction_id == Instruction.id,
            InstructionAcknowledgement.team.is_not_distinct_from(_TEAM),
        ),
    )
    .order_by(Instruction.given_at, Instruction.id)
)


def instructions_for(mall_id: int, team: str | None, day: date) -> Sequence[Any]:
    """In force for a team on a day and not taken note of there, oldest first.

    Plain rows: id, text, given_at, until, given_by (a name).
    """
    return fetch(_INSTRUCTIONS, mall_id=mall_id, team=team, day=day)


def instructions(mall_id: int, limit: int = 100) -> list[Instruction]:
    """All that were given, newest first."""
    query = (
        sa.select(Instruction)
        .where(Instruction.mall_id == mall_id)
        .options(joinedload(Instruction.given_by))
        .order_by(Instruction.given_at.desc(), Instruction.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def acknowledgements(
    ids: Collection[UUID],
) -> dict[UUID, list[InstructionAcknowledgement]]:
    """Who took note of these instructions, by instruction."""
    found: dict[UUID, list[InstructionAcknowledgement]] = {id_: [] for id_ in ids}
    if ids:
        query = (
            sa.select(InstructionAcknowledgement)
            .where(InstructionAcknowledgement.instruction_id.in_(ids))
            .options(joinedload(InstructionAcknowledgement.by))
            .order_by(InstructionAcknowledgement.at)
        )
        for one in db.session.scalars(query):
            found[one.instruction_id].append(one)
    return found


def names(ids: Collection[int]) -> dict[int, str]:
    """What people are called, by id."""
    if not ids:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))
    return dict(rows.all())
