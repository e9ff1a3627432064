"""Documents name tests that exist, and files that are there."""

import ast
import re
from functools import cache

import pytest

from tests.test_architecture import ROOT, name_of

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# As in `people/test_guessing.py::test_old_counts_are_swept`, below tests/.
NAMED = re.compile(r"`((?:[\w-]+/)*test_\w+\.py)::(\w+)`")
SECURITY = ROOT / "docs" / "security.md"
RELIABILITY = ROOT / "docs" / "reliability.md"
ROW = re.compile(r"^\| \*\*(.+?)\*\*(.*?)\|(.*?)\|(.*)\|$", re.MULTILINE)

documents = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)


@cache
def names_in(file):
    """Names of the tests of a file; none where there is no such file."""
    path = ROOT / "tests" / file
    tree = ast.parse(path.read_text()) if path.exists() else ast.Module([])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@documents
def test_every_test_a_document_names_exists(path):
    named = NAMED.findall(path.read_text())
    missing = [f"{file}::{test}" for file, test in named if test not in names_in(file)]
    assert not missing


@documents
def test_every_document_a_document_links_to_exists(path):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]


def test_every_promise_of_reliability_names_the_test_that_shows_it():
    text = RELIABILITY.read_text().partition("## What is not shown")[0]
    rows = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)
    told = [row for row in rows if not row.startswith(("Promise |", "What happens |"))]
    assert len(told) > 40
    assert not [row for row in told if not NAMED.search(row)]


def test_every_promise_of_security_names_the_test_that_shows_it():
    rows = ROW.findall(SECURITY.read_text())
    assert len(rows) > 30
    assert not [area for area, _, _, tests in rows if not NAMED.search(tests)]
