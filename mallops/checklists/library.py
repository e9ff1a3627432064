"""The checklists shipped with the product, read from mallops/library/."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mallops.checklists.definition import BrokenChecklist, Checklist, read

FOLDER = Path(__file__).resolve().parent.parent / "library"


def read_file(path: Path) -> Checklist:
    """One checklist out of its file.

    Raises:
        BrokenChecklist: naming the file, the item and the reason.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenChecklist(path.name, None, str(error)) from None
    checklist = read(data, path.name)
    if checklist.code != path.stem:
        raise BrokenChecklist(path.name, None, f"is named {checklist.code!r} inside")
    return checklist


def shipped() -> list[Checklist]:
    """All of them, in the order of their codes."""
    return [read_file(path) for path in sorted(FOLDER.glob("*.toml"))]
