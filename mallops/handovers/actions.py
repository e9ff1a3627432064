"""Signing, accepting, deciding and taking note; and what such entries mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from mallops.db import insert_rows
from mallops.handovers.models import (
    Handover,
    HandoverAcceptance,
    InstructionAcknowledgement,
)
from mallops.places.models import Mall

INSTRUCTION = "instruction:"

# -- What entries mean ----------------------------------------------------------------


def add_handovers(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note versions that were signed."""
    insert_rows(Handover, [{**row, "mall_id": mall.id} for row in rows])


def add_acceptances(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what the incoming said; instructions they accepted are taken note of."""
    every = [{**row, "mall_id": mall.id} for row in rows]
    noted = [
        {
            "entry_id": row["entry_id"],
            "mall_id": mall.id,
            "instruction_id": instruction_id,
            "team": row["team"],
            "at": row["at"],
            "by_id": row["by_id"],
        }
        for row in every
        for instruction_id in _instructions_in(row)
    ]
    columns = [{k: v for k, v in row.items() if k != "team"} for row in every]
    insert_rows(HandoverAcceptance, columns)
    insert_rows(InstructionAcknowledgement, noted)


def _instructions_in(row: Mapping[str, Any]) -> list[UUID]:
    """The instructions among the lines that were accepted."""
    if row["verdict"] != "accept":
        return []
    found = []
    for key in row["lines"]:
        if key.startswith(INSTRUCTION):
            try:
                found.append(UUID(key.removeprefix(INSTRUCTION)))
            except ValueError:  # an invented key names nothing
                continue
    return found
