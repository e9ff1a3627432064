"""What ``closure_request`` and ``closure_decision`` entries mean (docs/sync.md).

A decision is made on a desk page only; no phone can send one, so it is not in
``people.rights.RECORDERS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from mallops.closures import actions, queries, words
from mallops.closures.bodies import (
    DecisionBody,
    RequestBody,
    read_decision,
    read_request,
)
from mallops.doors.models import Closure
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot

# What the log's list shows of a long text; the entry's own page shows the whole.
LINE = 280


def judge_requests(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    named = {entry.body.unit for entry in entries if entry.body.unit}
    spots = places.named_spots(mall.id, named) if named else {}
    return [_judge_request(entry, entry.body, spots) for entry in entries]


def _judge_request(
    entry: Received, body: RequestBody, spots: Mapping[str, Spot]
) -> Judgement:
    spot = spots.get(body.unit or "")
    summary = {
        "unit": body.unit,
        "first_day": body.first_day.isoformat(),
        "last_day": body.last_day.isoformat(),
        "closed": body.closed,
        "opens_at": body.opens_at,
        "closes_at": body.closes_at,
        "reason": body.reason[:LINE],
    }
    search = "\n".join([body.unit or "", body.reason])
    if body.unit is not None and (spot is None or spot.unit_id is None):
        return Judgement(summary, search, held_because="unknown_place")
    return Judgement(
        summary,
        search,
        zone_id=spot.zone_id if spot else None,
        unit_id=spot.unit_id if spot else None,
        facts=_row(entry, body, spot.unit_id if spot else None),
    )


def _row(entry: Received, body: RequestBody, unit_id: int | None) -> dict[str, Any]:
    return {
        "id": entry.id,
        "unit_id": unit_id,
        "first_day": body.first_day,
        "last_day": body.last_day,
        "closed": body.closed,
        "opens_at": body.opens,
        "closes_at": body.closes,
        "reason": body.reason.replace("\0", " "),
        "photos": list(body.photos),
        "asked_at": entry.occurred_at,
        "asked_by_id": entry.recorded_by_id,
    }


def apply_requests(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_requests(mall, [judgement.facts for _, judgement in judged])


def judge_decisions(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    closures = queries.named(mall.id, {entry.body.closure for entry in entries})
    return [
        _judge_decision(entry, entry.body, closures.get(entry.body.closure))
        for entry in entries
    ]


def _judge_decision(
    entry: Received, body: DecisionBody, closure: Closure | None
) -> Judgement:
    summary: dict[str, Any] = {"verdict": body.verdict, "text": body.text[:LINE]}
    if closure is None:
        return Judgement(summary, body.text, held_because="unknown_closure")
    unit = closure.unit
    opens, closes = closure.opens_at, closure.closes_at
    asked = {
        "unit": unit.no if unit else None,
        "first_day": closure.first_day.isoformat(),
        "last_day": closure.last_day.isoformat(),
        "closed": closure.closed,
        "opens_at": f"{opens:%H:%M}" if opens else None,
        "closes_at": f"{closes:%H:%M}" if closes else None,
    }
    return Judgement(
        summary | asked,
        search="\n".join([unit.no if unit else "", body.text]),
        zone_id=unit.zone_id if unit else None,
        unit_id=closure.unit_id,
        facts=_decision_row(entry, body),
    )


def _decision_row(entry: Received, body: DecisionBody) -> dict[str, Any]:
    return {
        "closure_id": body.closure,
        "entry_id": entry.id,
        "verdict": body.verdict,
        "text": body.text.replace("\0", " "),
        "at": entry.occurred_at,
        "by_id": entry.recorded_by_id,
    }


def apply_decisions(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_decisions(mall, [judgement.facts for _, judgement in judged])


def request_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    closure = queries.find(entry.mall_id, entry.id)
    return {"closure": closure, "facts": words.request_facts(body)}


def decision_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    closure = queries.find(entry.mall_id, UUID(body["closure"]))
    return {"closure": closure, "facts": words.decision_facts(body)}


CLOSURE_REQUEST = Kind(
    name="closure_request",
    v=1,
    read=read_request,
    judge=judge_requests,
    apply=apply_requests,
    summarise=words.summarise_request,
    page="closures/_entry.html",
    title=_l("Closure asked for"),
    tables=(Closure,),
    page_facts=request_facts,
)
CLOSURE_DECISION = Kind(
    name="closure_decision",
    v=1,
    read=read_decision,
    judge=judge_decisions,
    apply=apply_decisions,
    summarise=words.summarise_decision,
    page="closures/_entry.html",
    title=_l("Decision on a closure"),
    looks_back=True,
    page_facts=decision_facts,
)
