"""What the first screen loads: all of it named in the page, nothing more."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
IMPORT = re.compile(
    r"""^(?:import|export)\b[^"';\n]*?(?:\bfrom\s*)?["'](\.[^"']+)["']""", re.MULTILINE
)


def imported(path: Path, found: set[Path]) -> set[Path]:
    """The module and all it imports from the start; not what it imports later."""
    if path not in found:
        found.add(path)
        for name in IMPORT.findall(path.read_text()):
            imported((path.parent / name).resolve(), found)
    return found


@pytest.fixture(scope="module")
def start() -> str:
    return (ROOT / "templates" / "floor" / "_start.html").read_text()


def test_every_module_of_the_first_screen_is_named(start):
    app = STATIC / "floor" / "app.js"
    needed = imported(app, set()) - {app}
    named = {
        STATIC / f"{name}.js"
        for name in re.findall(r'"((?:floor|sync|vendor)/[^"]+)"', start)
    }
    assert named == needed


def test_every_sheet_that_is_named_is_there(start):
    lists = re.findall(r"for sheet in \(([^)]*)\)", start)
    sheets = re.findall(r'"([a-z]+)"', " ".join(lists))
    assert [
        name for name in sheets if not (STATIC / "css" / f"{name}.css").exists()
    ] == []
