"""Noting which entries completed which rounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mallops.db import insert_rows
from mallops.rounds.models import RoundCompletion


def complete(walks: Sequence[dict[str, Any]]) -> None:
    """These inspections were walked for rounds. One row each; the queries choose."""
    if walks:
        insert_rows(RoundCompletion, walks)
