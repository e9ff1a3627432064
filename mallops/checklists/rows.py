"""The rows an inspection makes in the tables of this feature and of rounds."""

from __future__ import annotations

from typing import Any

from mallops.checklists.inspection import Inspected
from mallops.rounds import rules as rounds

Row = dict[str, Any]


def rows_of(inspected: Inspected) -> dict[str, list[Any]]:
    """The rows by what they are: inspections, failures, readings, walks.

    Beside them the inspection itself, whose fails are to be followed up.
    """
    return {
        "inspected": [inspected],
        "inspections": [_inspection(inspected)],
        "failures": _failures(inspected),
        "readings": _readings(inspected),
        "walks": _walks(inspected),
    }


def _common(inspected: Inspected) -> Row:
    return {
        "entry_id": inspected.entry.id,
        "mall_id": inspected.published.mall_id,
        "business_day": inspected.day,
    }


def _times(inspected: Inspected) -> Row:
    walk = inspected.walk
    return {"started_at": walk.started_at, "finished_at": walk.finished_at}


def _inspection(inspected: Inspected) -> Row:
    return {
        **_common(inspected),
        **_times(inspected),
        "version_id": inspected.published.id,
        "place_id": inspected.spot.place_id,
        "unit_id": inspected.spot.unit_id,
        "round_id": inspected.round.id if inspected.round else None,
        "answered": inspected.findings.answered,
        "failed": len(inspected.findings.failed),
        "aborted": inspected.body.aborted is not None,
    }


def _walks(inspected: Inspected) -> list[Row]:
    """What completes a round: not an inspection that was aborted."""
    round_ = inspected.round
    if round_ is None or inspected.body.aborted is not None:
        return []
    late = rounds.is_late(round_, inspected.walk)
    extra = {"round_id": round_.id, "late": late}
    return [{**_common(inspected), **_times(inspected), **extra}]


def _failures(inspected: Inspected) -> list[Row]:
    common, answers = _common(inspected), inspected.body.answers
    items = inspected.published.items
    return [
        {
            **common,
            "item": item.code,
            "severity": item.severity,
            "triggers": list(item.on_fail.triggers) if item.on_fail else [],
            "note": answers[item.code].note.replace("\0", " "),
            "fixed_on_spot": answers[item.code].fixed_on_spot,
        }
        for item in (items[code] for code in inspected.findings.failed)
    ]


def _readings(inspected: Inspected) -> list[Row]:
    answers = inspected.body.answers
    return [
        {
            "entry_id": inspected.entry.id,
            "mall_id": inspected.published.mall_id,
            "spot": inspected.spot.code,
            "item": item.code,
            "meter": item.meter,
            "value": answer.value,
            "read_at": inspected.walk.finished_at,
        }
        for item in inspected.published.meters
        for answer in [answers.get(item.code)]
        if answer and _is_number(answer.value)
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
