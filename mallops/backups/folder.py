"""The folder of backups: which are finished, who may write there, what goes."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mallops.backups import rules
from mallops.backups.manifest import FILE
from mallops.errors import Refused
from mallops.ledger.storage import fsync_folder


def finished(folder: Path) -> list[Path]:
    """Backups that were made and read back, oldest first."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if rules.is_name(path.name)]
    return sorted(path for path in found if (path / FILE).exists())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one writes there at a time; the lock ends with its process, however.

    Raises:
        Refused("busy"): somebody else makes a backup there now.
        Refused("no_folder"): it cannot be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise Refused("no_folder", f"cannot write to {folder}: {error}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        text = f"another backup is being made in {folder}"
        raise Refused("busy", text) from None
    finally:
        os.close(handle)


@contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Path]:
    """A folder to fill; it gets its name when all went well, else it goes again."""
    sweep(folder)
    part = folder / f"{rules.UNFINISHED}{name}"
    part.mkdir(mode=0o700)
    try:
        yield part
        fsync_folder(part)
        os.rename(part, folder / name)
        fsync_folder(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what a backup that was cut off has left behind."""
    for part in folder.glob(f"{rules.UNFINISHED}*"):
        shutil.rmtree(part)


def prune(folder: Path, keep: int) -> list[str]:
    """Remove the oldest backups beyond those to keep; a half removed one is none."""
    names = rules.outdated((path.name for path in finished(folder)), keep)
    for name in names:
        os.rename(folder / name, folder / f"{rules.UNFINISHED}{name}")
    sweep(folder)
    return names
