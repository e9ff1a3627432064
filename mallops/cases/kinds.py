"""What ``door_case_decision`` and ``door_case_dismissal`` entries mean (docs/sync.md).

Both are made on desk pages only; no phone can send one, so they are not in
``people.rights.RECORDERS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from mallops.cases import actions, words
from mallops.cases.bodies import (
    DecisionBody,
    DismissalBody,
    read_decision,
    read_dismissal,
)
from mallops.doors.models import CaseDecision, Dismissal
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot

LINE = 280  # what the log's list shows of a long text


def judge_decisions(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    spots = places.named_spots(mall.id, {entry.body.unit for entry in entries})
    return [_judge_decision(entry, entry.body, spots) for entry in entries]


def _judge_decision(
    entry: Received, body: DecisionBody, spots: Mapping[str, Spot]
) -> Judgement:
    summary = {
        "unit": body.unit,
        "day": body.day.isoformat(),
        "step": body.step,
        "text": body.text[:LINE],
    }
    led_to = {
        "step": body.step,
        "notice_id": body.notice,
        "penalty_id": body.penalty,
        "text": body.text.replace("\0", " "),
    }
    return _judged(entry, summary, body.text, led_to, spots)


def judge_dismissals(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    spots = places.named_spots(mall.id, {entry.body.unit for entry in entries})
    return [_judge_dismissal(entry, entry.body, spots) for entry in entries]


def _judge_dismissal(
    entry: Received, body: DismissalBody, spots: Mapping[str, Spot]
) -> Judgement:
    summary = {
        "unit": body.unit,
        "day": body.day.isoformat(),
        "event": body.event,
        "cause": body.cause,
        "reason": body.reason[:LINE],
    }
    said = {
        "event": body.event,
        "cause": body.cause,
        "reason": body.reason.replace("\0", " "),
    }
    return _judged(entry, summary, body.reason, said, spots)


def _judged(
    entry: Received,
    summary: Mapping[str, Any],
    search: str,
    said: Mapping[str, Any],
    spots: Mapping[str, Spot],
) -> Judgement:
    spot = spots.get(entry.body.unit)
    search = f"{entry.body.unit}\n{search}"
    if spot is None or spot.unit_id is None:
        return Judgement(summary, search, held_because="unknown_place")
    made = {
        "entry_id": entry.id,
        "unit_id": spot.unit_id,
        "day": entry.body.day,
        "at": entry.occurred_at,
        "by_id": entry.recorded_by_id,
    }
    return Judgement(
        summary,
        search,
        zone_id=spot.zone_id,
        unit_id=spot.unit_id,
        facts={**made, **said},
    )


def apply_decisions(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_decisions(mall, [judgement.facts for _, judgement in judged])


def apply_dismissals(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_dismissals(mall, [judgement.facts for _, judgement in judged])


def decision_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "facts": words.decision_facts(body),
        "day": date.fromisoformat(body["day"]),
        "notice_id": UUID(body["notice"]) if body.get("notice") else None,
        "penalty_id": UUID(body["penalty"]) if body.get("penalty") else None,
    }


def dismissal_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "facts": words.dismissal_facts(body),
        "day": date.fromisoformat(body["day"]),
        "notice_id": None,
        "penalty_id": None,
    }


CASE_DECISION = Kind(
    name="door_case_decision",
    v=1,
    read=read_decision,
    judge=judge_decisions,
    apply=apply_decisions,
    summarise=words.summarise_decision,
    page="cases/_entry.html",
    title=_l("Decision on a late shop"),
    tables=(CaseDecision,),
    page_facts=decision_facts,
)
CASE_DISMISSAL = Kind(
    name="door_case_dismissal",
    v=1,
    read=read_dismissal,
    judge=judge_dismissals,
    apply=apply_dismissals,
    summarise=words.summarise_dismissal,
    page="cases/_entry.html",
    title=_l("Late shop taken out"),
    tables=(Dismissal,),
    looks_back=True,
    page_facts=dismissal_facts,
)
