"""What leaders say about handovers: decisions, late entries noted, instructions.

Decisions and instructions are made on desk pages only; no phone can send one, so they
are not in ``people.rights.RECORDERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from mallops.handovers import actions, bodies, queries, words
from mallops.handovers.bodies import (
    AcknowledgementBody,
    DecisionBody,
    InstructionBody,
)
from mallops.handovers.kinds import PAGE, plain
from mallops.handovers.models import (
    AddendumAcknowledgement,
    Handover,
    HandoverDecision,
    Instruction,
)
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places.models import Mall

LINE = 280


def _made(entry: Received) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "at": entry.occurred_at,
        "by_id": entry.recorded_by_id,
    }


def _judge_about(
    mall: Mall,
    entries: Sequence[Received],
    judge: Callable[[Received, Handover | None], Judgement],
) -> list[Judgement]:
    """What is said of a handover; of one that is not there somebody decides."""
    named = {entry.body.handover for entry in entries}
    known = {id_: queries.find(mall.id, id_) for id_ in named}
    return [judge(entry, known[entry.body.handover]) for entry in entries]


def _unknown(handover: Handover | None) -> str | None:
    return None if handover else "unknown_handover"


# -- A manager decides on a refused handover ------------------------------------------


def judge_decisions(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return _judge_about(mall, entries, _judge_decision)


def _judge_decision(entry: Received, handover: Handover | None) -> Judgement:
    body: DecisionBody = entry.body
    return Judgement(
        summary={
            "shift": handover.shift if handover else "?",
            "verdict": body.verdict,
            "reason": plain(body.reason)[:LINE],
        },
        search=plain(body.reason),
        held_because=_unknown(handover),
        facts={
            **_made(entry),
            "handover_id": body.handover,
            "verdict": body.verdict,
            "reason": plain(body.reason),
        },
    )


def apply_decisions(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_decisions(mall, [judgement.facts for _, judgement in judged])


# -- A leader takes note of late entries ----------------------------------------------


def judge_acknowledgements(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return _judge_about(mall, entries, _judge_acknowledgement)


def _judge_acknowledgement(entry: Received, handover: Handover | None) -> Judgement:
    body: AcknowledgementBody = entry.body
    shift = handover.shift if handover else "?"
    return Judgement(
        summary={"shift": shift, "entries": len(body.entries)},
        held_because=_unknown(handover),
        facts=[
            {**_made(entry), "handover_id": body.handover, "late_entry_id": late}
            for late in dict.fromkeys(body.entries)
        ],
    )


def apply_acknowledgements(mall: Mall, judged: Sequence[Judged]) -> None:
    rows = [row for _, judgement in judged for row in judgement.facts]
    actions.add_acknowledgements(mall, rows)


# -- Management says what the shifts must know ----------------------------------------


def judge_instructions(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return [_judge_instruction(entry, entry.body) for entry in entries]


def _judge_instruction(entry: Received, body: InstructionBody) -> Judgement:
    return Judgement(
        summary={"text": plain(body.text)[:LINE], "team": body.team},
        search=plain(body.text),
        facts={
            "id": entry.id,
            "text": plain(body.text),
            "team": body.team,
            "until": body.until,
            "given_at": entry.occurred_at,
            "given_by_id": entry.recorded_by_id,
        },
    )


def apply_instructions(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_instructions(mall, [judgement.facts for _, judgement in judged])


# -- The pages of entries -------------------------------------------------------------


def page_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"shift": "", "said": words.leader_facts(body)}


HANDOVER_DECISION = Kind(
    name="handover_decision",
    v=1,
    read=bodies.reader(DecisionBody),
    judge=judge_decisions,
    apply=apply_decisions,
    summarise=words.summarise_decision,
    page=PAGE,
    title=_l("Decision on a handover"),
    tables=(HandoverDecision,),
    looks_back=True,
    page_facts=page_facts,
)
ADDENDUM_ACKNOWLEDGEMENT = Kind(
    name="addendum_acknowledgement",
    v=1,
    read=bodies.reader(AcknowledgementBody),
    judge=judge_acknowledgements,
    apply=apply_acknowledgements,
    summarise=words.summarise_acknowledgement,
    page=PAGE,
    title=_l("Late entries taken note of"),
    tables=(AddendumAcknowledgement,),
    looks_back=True,
    page_facts=page_facts,
)
INSTRUCTION = Kind(
    name="instruction",
    v=1,
    read=bodies.reader(InstructionBody),
    judge=judge_instructions,
    apply=apply_instructions,
    summarise=words.summarise_instruction,
    page=PAGE,
    title=_l("Instruction"),
    tables=(Instruction,),
    page_facts=page_facts,
)
KINDS = (HANDOVER_DECISION, ADDENDUM_ACKNOWLEDGEMENT, INSTRUCTION)
