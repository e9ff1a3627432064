"""What a backup says of itself; written last, so a folder without it is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from mallops.errors import Refused

Engine = Literal["sqlite", "postgresql"]
Format = Literal["mallops-backup/1"]
FILE = "manifest.json"
FORMAT: Format = "mallops-backup/1"


class Head(msgspec.Struct, frozen=True):
    """Where a mall's ledger ended."""

    ledger_seq: int
    chain: str


class Photos(msgspec.Struct, frozen=True):
    """How many photos, and which of them the server had lost before."""

    count: int
    new: int
    bytes: int
    lost: list[str] = []


class Manifest(msgspec.Struct, frozen=True):
    """Enough to know, without looking further, what is in a backup."""

    format: Format
    made_at: datetime
    engine: Engine
    database: str  # name of the file
    sha256: str  # of that file
    revision: str  # the newest migration in it
    epoch: str
    malls: dict[str, Head]
    photos: Photos
    keys: list[str]  # fingerprints of the signing keys, newest first


def fingerprints(keys: Iterable[str]) -> list[str]:
    """Enough of a hash to tell two long random keys apart, and nothing of the key."""
    return [hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys]


def write(folder: Path, manifest: Manifest) -> Path:
    path = folder / FILE
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return path


def read(folder: Path) -> Manifest:
    """What the backup in this folder says of itself.

    Raises:
        Refused("no_backup"): there is none, or a half-made one.
    """
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
    except OSError:
        text = f"{folder} is no finished backup: it has no {FILE}"
    except msgspec.ValidationError as error:
        text = f"{folder / FILE} is not one that this version understands: {error}"
    except msgspec.DecodeError:
        text = f"{folder / FILE} is damaged"
    raise Refused("no_backup", text)
