"""What entries about penalties mean: proposed by floor staff, decided by a manager.

A decision is made on a desk page only; no phone can send one, so it is not in
``people.rights.RECORDERS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.notices import actions, bodies, queries, words
from mallops.notices.bodies import DecisionBody, ProposalBody
from mallops.notices.kinds import LINE, PAGE, plain
from mallops.notices.models import Notice, Penalty
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot


@dataclass(frozen=True)
class About:
    """What a penalty is for: a unit, by itself or because of a notice to it."""

    unit_id: int
    unit_no: str
    zone_id: int | None
    number: str | None = None


def judge_proposals(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    named = [entry.body for entry in entries]
    notices = queries.named(mall.id, {body.notice for body in named if body.notice})
    spots = places.named_spots(mall.id, {body.unit for body in named if body.unit})
    return [
        _judge_proposal(entry, entry.body, _about(entry.body, notices, spots))
        for entry in entries
    ]


def _about(
    body: ProposalBody, notices: Mapping[UUID, Notice], spots: Mapping[str, Spot]
) -> About | None:
    notice = notices.get(body.notice) if body.notice else None
    if notice:
        unit = notice.unit
        return About(unit.id, unit.no, unit.zone_id, notice.number)
    spot = spots.get(body.unit or "")
    if spot is None or spot.unit_id is None:
        return None
    return About(spot.unit_id, spot.code, spot.zone_id)


def _judge_proposal(
    entry: Received, body: ProposalBody, about: About | None
) -> Judgement:
    summary = {
        "unit": about.unit_no if about else body.unit,
        "number": about.number if about else None,
        "amount": body.amount,
        "currency": body.currency,
        "clause": body.clause[:LINE],
        "text": body.text[:LINE],
    }
    search = "\n".join([body.text, body.clause, str(summary["unit"] or "")])
    if about is None:
        why = "unknown_notice" if body.notice else "unknown_place"
        return Judgement(summary, search, held_because=why)
    return Judgement(
        summary,
        search,
        zone_id=about.zone_id,
        unit_id=about.unit_id,
        facts=_penalty_row(entry, body, about),
    )


def _penalty_row(entry: Received, body: ProposalBody, about: About) -> dict[str, Any]:
    return {
        "id": entry.id,
        "notice_id": body.notice,
        "unit_id": about.unit_id,
        "business_day": entry.business_day,
        "clause": plain(body.clause),
        "amount": body.amount,
        "currency": body.currency,
        "text": plain(body.text),
        "photos": list(body.photos),
        "proposed_at": entry.occurred_at,
        "proposed_by_id": entry.recorded_by_id,
    }


def apply_proposals(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_penalties(mall, [judgement.facts for _, judgement in judged])


def judge_decisions(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    ids = {entry.body.proposal for entry in entries}
    penalties = queries.named_penalties(mall.id, ids)
    return [
        _judge_decision(entry, entry.body, penalties.get(entry.body.proposal))
        for entry in entries
    ]


def _judge_decision(
    entry: Received, body: DecisionBody, penalty: Penalty | None
) -> Judgement:
    summary = {
        "unit": penalty.unit.no if penalty else None,
        "verdict": body.verdict,
        "text": body.text[:LINE],
    }
    if penalty is None:
        return Judgement(summary, body.text, held_because="unknown_proposal")
    return Judgement(
        summary,
        "\n".join([body.text, penalty.unit.no]),
        zone_id=penalty.unit.zone_id,
        unit_id=penalty.unit_id,
        facts=_decision_row(entry, body),
    )


def _decision_row(entry: Received, body: DecisionBody) -> dict[str, Any]:
    return {
        "penalty_id": body.proposal,
        "entry_id": entry.id,
        "verdict": body.verdict,
        "text": plain(body.text),
        "at": entry.occurred_at,
        "by_id": entry.recorded_by_id,
    }


def apply_decisions(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_decisions(mall, [judgement.facts for _, judgement in judged])


def proposal_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    notice = UUID(body["notice"]) if body.get("notice") else None
    return {
        "notice": queries.find(entry.mall_id, notice) if notice else None,
        "penalty": queries.find_penalty(entry.mall_id, entry.id),
        "facts": words.proposal_facts(body),
    }


def decision_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    penalty = queries.find_penalty(entry.mall_id, UUID(body["proposal"]))
    return {"notice": None, "penalty": penalty, "facts": words.decision_facts(body)}


PENALTY_PROPOSAL = Kind(
    name="penalty_proposal",
    v=1,
    read=bodies.read_proposal,
    judge=judge_proposals,
    apply=apply_proposals,
    summarise=words.summarise_proposal,
    page=PAGE,
    title=_l("Penalty proposed"),
    tables=(Penalty,),
    page_facts=proposal_facts,
)
PENALTY_DECISION = Kind(
    name="penalty_decision",
    v=1,
    read=bodies.reader(DecisionBody),
    judge=judge_decisions,
    apply=apply_decisions,
    summarise=words.summarise_decision,
    page=PAGE,
    title=_l("Decision on a penalty"),
    page_facts=decision_facts,
)
