"""What the first screen loads: the scripts and sheets that the page names are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = ROOT / "static" / "css"


@pytest.fixture(scope="module")
def start() -> str:
    return (ROOT / "templates" / "floor" / "_start.html").read_text()


def test_all_the_app_imports_is_named_in_its_page(client):
    page = client.get("/floor/").get_data(as_text=True)
    named = set(re.findall(r'(?:href|src)="(/floor/\w+\.js)"', page))
    imported = re.findall(
        r'from"(/[^"]+)"', "".join(client.get(path).text for path in sorted(named))
    )
    assert set(imported) <= named


def test_every_sheet_that_is_named_is_there(start):
    lists = re.findall(r"for sheet in \(([^)]*)\)", start)
    sheets = re.findall(r'"([a-z]+)"', " ".join(lists))
    assert [name for name in sheets if not (SHEETS / f"{name}.css").exists()] == []
