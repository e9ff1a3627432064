"""Putting restored files in place of the old ones, so that a kill anywhere is safe.

What is to be moved is written down first. From then on nothing starts but
``mallops restore``, which goes on where it was cut off.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from mallops.config import RESTORING
from mallops.ledger.storage import fsync_folder

STAGED = ".restored-"
ASIDE = "before-restore-"


class Move(msgspec.Struct, frozen=True):
    """A file or folder to put in place; without ``staged``, one that only goes."""

    target: str
    aside: str
    staged: str | None = None


class Plan(msgspec.Struct, frozen=True):
    """All that is left to do, in this order, and for which backup."""

    backup: str
    engine: Literal["sqlite", "postgresql"]
    aside: str
    moves: list[Move]


def write(data: Path, plan: Plan) -> None:
    """From here on the restore can only go forward."""
    part = data / f"{RESTORING}.part"
    with part.open("wb") as file:
        file.write(msgspec.json.encode(plan))
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, data / RESTORING)
    fsync_folder(data)


def find(data: Path) -> Plan | None:
    """The restore that was cut off here, if one was."""
    path = data / RESTORING
    return msgspec.json.decode(path.read_bytes(), type=Plan) if path.exists() else None


def carry_out(moves: Sequence[Move]) -> None:
    """Move what was not moved yet; safe to do again."""
    for move in moves:
        _move_aside(move)
        if move.staged and os.path.lexists(move.staged):
            _rename(Path(move.staged), Path(move.target))


def _move_aside(move: Move) -> None:
    is_done = move.staged is not None and not os.path.lexists(move.staged)
    if is_done or not os.path.lexists(move.target):
        return
    Path(move.aside).parent.mkdir(mode=0o700, exist_ok=True)
    _rename(Path(move.target), Path(move.aside))


def _rename(source: Path, target: Path) -> None:
    os.rename(source, target)
    fsync_folder(target.parent)
    fsync_folder(source.parent)


def end(data: Path) -> None:
    """All is in place: servers may start again."""
    (data / RESTORING).unlink(missing_ok=True)
    fsync_folder(data)


def sweep(folders: Sequence[Path]) -> None:
    """Remove what a restore left that was cut off before it changed anything."""
    for folder in folders:
        for part in folder.glob(f"{STAGED}*"):
            shutil.rmtree(part)
