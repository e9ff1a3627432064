"""What was measured, as a part of docs/performance.md that is written anew.

A part of the bench has a table with the day on which it was measured. Those that were
not measured this time stay as they are, unless it was another machine that did.
"""

import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from mallops.config import ROOT
from tests.bench.figures import Figure
from tests.support.browser import find_chromium
from tests.support.postgres import find_programs

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN = "<!-- What follows is written by make bench, up to the mark of its end. -->"
END = "<!-- The end of what make bench writes. -->"
TITLES = {
    "start": "Starting the server",
    "weight": "What a first visit weighs, compressed",
    "floor": "A phone, four times slowed down",
    "roster": "Two hundred doors with one thumb, on that phone",
    "pack": "The walk pack",
    "batch": "Work that comes in",
    "costs": "What one thing of each sort costs, on PostgreSQL",
    "day": "The day page among a million entries",
    "ten_million": "The day page among ten million entries",
    "findings": "The list of findings among a hundred thousand",
    "wall": "The wall of shops",
    "handover": "The handover of a busy shift",
    "restore": "Backing up and restoring",
}
COLUMNS = "| What | Measured | Budget | | |\n|---|---|---|---|---|"
WORDS = {"ok": "ok", "MISSED": "**missed**", "": ""}


def write(measured: Mapping[str, Sequence[Figure]], busy: float) -> None:
    """Put these parts in place of their earlier figures.

    Args:
        measured: figures by the part that they are of.
        busy: how many processes of others wanted the processor before.
    """
    text = DOCUMENT.read_text()
    DOCUMENT.write_text(renewed(text, measured, hardware(), software(), busy))


def renewed(
    text: str,
    measured: Mapping[str, Sequence[Figure]],
    machine: str,
    versions: str,
    busy: float,
    today: date | None = None,
) -> str:
    """The document with these parts measured today on this machine."""
    before, _, rest = text.partition(BEGIN)
    kept, _, after = rest.partition(END)
    parts = _parts(kept) if machine in kept else {}
    when = f"{today or datetime.now(UTC):%-d %B %Y}; load before: {busy:.1f}"
    parts |= {
        TITLES[part]: f"### {TITLES[part]}\n\n{when}\n\n{table(figures)}"
        for part, figures in measured.items()
    }
    in_order = [parts[title] for title in TITLES.values() if title in parts]
    written = "\n\n".join([BEGIN, f"{machine}\n{versions}", *in_order, END])
    return f"{before}{written}{after}"


def _parts(text: str) -> dict[str, str]:
    """The tables that are there, by their titles."""
    found = re.split(r"^(?=### )", text, flags=re.MULTILINE)[1:]
    return {part[4:].partition("\n")[0]: part.strip() for part in found}


def table(figures: Sequence[Figure]) -> str:
    rows = (
        f"| {figure.name} | {figure.measured} | {figure.budget}"
        f" | {WORDS[figure.verdict]} | {figure.note} |"
        for figure in figures
    )
    return "\n".join([COLUMNS, *rows])


def hardware() -> str:
    """The machine, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"The machine: {os.cpu_count()} cores of {_processor()}, {memory:.0f} GB of"
        f" memory, {platform.system()}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def software() -> str:
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" {_version(find_programs() / 'postgres')}, {_version(find_chromium())}."
    )


def _version(program: Path | str) -> str:
    """As "PostgreSQL 18.1" or "Chromium 156.0.1"."""
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout
    number = re.search(r"\d+(\.\d+)+", said)
    name = "PostgreSQL" if "postgres" in said.lower() else "Chromium"
    return f"{name} {number[0] if number else 'of unknown version'}"
