"""Reads of findings: who sees which, one with its history, what a phone carries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from mallops.db import db, fetch, padded
from mallops.findings.bodies import UpdateBody
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger.models import Entry, Photo
from mallops.people.models import Membership, Team, User

# Who does the work: findings are given to nobody else.
RECEIVE = ("officer", "supervisor", "manager", "team")


@dataclass(frozen=True)
class Viewer:
    """Who looks: a contractor's people see their own findings only."""

    user_id: int
    role: str
    team: str | None
    is_contractor: bool

    def sees(self, finding: Finding) -> bool:
        if not self.is_contractor:
            return True
        is_theirs = self.team is not None and finding.team == self.team
        return is_theirs or finding.opened_by_id == self.user_id

    def filter(self) -> sa.ColumnElement[bool]:
        if not self.is_contractor:
            return sa.true()
        own = Finding.opened_by_id == self.user_id
        return own | (Finding.team == self.team) if self.team else own


def viewer_of(member: Membership) -> Viewer:
    """Somebody of a team without an employer that is ours counts as a contractor."""
    team: Team | None = member.team
    outside = team.organisation.contractor if team else True
    return Viewer(
        user_id=member.user_id,
        role=member.role,
        team=team.code if team else None,
        is_contractor=member.role == "team" and outside,
    )


def find(mall_id: int, finding_id: str) -> Finding | None:
    finding = db.session.get(Finding, finding_id.replace("\0", ""))
    return finding if finding and finding.mall_id == mall_id else None


def find_visible(mall_id: int, finding_id: str, viewer: Viewer) -> Finding | None:
    """The finding, if there is one here that this person may see."""
    finding = find(mall_id, finding_id)
    return finding if finding and viewer.sees(finding) else None


def named(mall_id: int, ids: Collection[str]) -> dict[str, Finding]:
    """The findings of a mall among these ids."""
    if not ids:
        return {}
    rows = sa.select(Finding).where(Finding.mall_id == mall_id, Finding.id.in_(ids))
    return {finding.id: finding for finding in db.session.scalars(rows)}


_STEPS = (
    sa.select(FindingUpdate)
    .where(FindingUpdate.finding_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(FindingUpdate.at, FindingUpdate.seq, FindingUpdate.entry_id)
)


def steps_of(ids: Iterable[str]) -> dict[str, list[FindingUpdate]]:
    """The steps of several findings, each finding's by time."""
    found: dict[str, list[FindingUpdate]] = {finding_id: [] for finding_id in ids}
    for step in db.session.scalars(_STEPS, {"ids": padded(list(found))}):
        found[step.finding_id].append(step)
    return found


def history(finding: Finding) -> list[FindingUpdate]:
    """All steps of a finding with who took them, by time."""
    rows = (
        sa.select(FindingUpdate)
        .where(FindingUpdate.finding_id == finding.id)
        .options(joinedload(FindingUpdate.by), joinedload(FindingUpdate.person))
        .order_by(FindingUpdate.at, FindingUpdate.seq, FindingUpdate.entry_id)
    )
    return list(db.session.scalars(rows))


_NUMBERS = sa.select(Entry.id, Entry.ledger_seq).where(
    Entry.id.in_(sa.bindparam("ids", expanding=True))
)


def ledger_numbers(entry_ids: Collection[UUID]) -> dict[UUID, int]:
    return dict(fetch(_NUMBERS, ids=list(entry_ids)))


@dataclass(frozen=True)
class Known:
    """The teams of a mall, and who of the people that are named works there."""

    teams: frozenset[str]
    people: frozenset[int]


def known_here(mall_id: int, bodies: Iterable[UpdateBody]) -> Known:
    """What of the teams and people that steps name is there at all."""
    named = [body for body in bodies if body.team or body.person]
    if not named:
        return Known(frozenset(), frozenset())
    ids = {body.person for body in named if body.person and body.person < 2**31}
    members = sa.select(Membership.user_id).where(
        Membership.mall_id == mall_id, Membership.user_id.in_(ids)
    )
    return Known(team_codes(mall_id), frozenset(db.session.scalars(members)))


def own_photos(mall_id: int, user_id: int, hashes: Collection[str]) -> set[str]:
    """Which of these photos a person sent to this mall."""
    rows = sa.select(Photo.sha256).where(
        Photo.mall_id == mall_id,
        Photo.uploaded_by_id == user_id,
        Photo.sha256.in_(hashes),
    )
    return set(db.session.scalars(rows)) if hashes else set()


@dataclass(frozen=True)
class Person:
    """Somebody a finding can be given to."""

    id: int
    name: str
    team: str | None


@dataclass(frozen=True)
class Receivers:
    """To whom a finding can be given: teams by code, people by their id as text."""

    teams: dict[str, Team]
    people: dict[str, Person]

    def of(self, team: str | None) -> list[Person]:
        return [person for person in self.people.values() if person.team == team]


def receivers(mall_id: int, now: datetime) -> Receivers:
    """Everybody who may do the work, by name, at this moment."""
    open_now = Membership.ended_at.is_(None) | (Membership.ended_at > now)
    rows = db.session.execute(
        sa.select(User.id, User.name, Team.code)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Team, Membership.team_id == Team.id)
        .where(Membership.mall_id == mall_id, Membership.started_at <= now, open_now)
        .where(Membership.role.in_(RECEIVE), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    people = {str(id_): Person(id_, name, team) for id_, name, team in rows}
    return Receivers({team.code: team for team in teams(mall_id)}, people)


_TEAM_CODES = sa.select(Team.code).where(Team.mall_id == sa.bindparam("mall_id"))


def team_codes(mall_id: int) -> frozenset[str]:
    return frozenset(code for (code,) in fetch(_TEAM_CODES, mall_id=mall_id))


def teams(mall_id: int) -> list[Team]:
    rows = sa.select(Team).where(Team.mall_id == mall_id).order_by(Team.id)
    return list(db.session.scalars(rows))


def open_for(mall_id: int, viewer: Viewer, limit: int) -> list[Finding]:
    """What a phone carries: the open findings this person sees, most urgent first."""
    rows = (
        sa.select(Finding)
        .where(Finding.mall_id == mall_id, Finding.closed_at.is_(None))
        .where(viewer.filter())
        .options(
            joinedload(Finding.place),
            joinedload(Finding.unit),
            joinedload(Finding.opened_by),
        )
        .order_by(Finding.fix_by, Finding.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))
