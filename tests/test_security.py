"""What docs/security.md promises of the source as a whole."""

import ast
import json
import re
import subprocess
import sys

import pytest

from tests.test_architecture import (
    MODULES,
    PACKAGE,
    ROOT,
    TEMPLATES,
    imports_of,
    tree_of,
)

TEXTUAL = {"text", "literal_column", "exec_driver_sql"}
RUN = {"execute", "executemany", "executescript"}
# No constants, and yet without any value from outside: settings of the database, a
# rank of ours, and an INSERT that SQLAlchemy has written.
OURS = {
    ("db.py", "f'PRAGMA {pragma}'"),
    ("db.py", "f'PRAGMA busy_timeout = {milliseconds}'"),
    ("db.py", "insert.sql"),
    ("findings/lists.py", "str(rank)"),
    ("people/sessions.py", "quick"),
}

# Whatever can open a connection; `mail` is sent to the server of the settings alone.
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests",
    "smtplib", "socket", "socketserver", "ssl", "urllib3", "xmlrpc",
}  # fmt: skip
MAIL = {"inbox/post.py", "operations/doctor.py"}
PROGRAMS = {"backups/copying.py"}  # PostgreSQL's own, for a backup


def place_of(path):
    return str(path.relative_to(PACKAGE))


def called(call):
    """The name of what is called, however it was imported."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def is_put_together(given):
    if isinstance(given, ast.Call):
        return called(given) in {"format", "join", "replace"}
    return isinstance(given, ast.JoinedStr | ast.BinOp)


def is_text_of_ours(call):
    """Whether what it says to the database was written down as it is."""
    if not call.args:
        return True
    given = call.args[0]
    if called(call) in TEXTUAL:
        return isinstance(given, ast.Constant)
    return called(call) not in RUN or not is_put_together(given)


def test_no_statement_is_put_together_from_text():
    """Values are bound; what is written by hand is a constant, or made by a builder."""
    wrong = {
        (place_of(path), ast.unparse(node.args[0]))
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and not is_text_of_ours(node)
    }
    assert wrong == OURS


def importing(is_meant):
    return {place_of(path) for path in MODULES if any(map(is_meant, imports_of(path)))}


def can_ask(name):
    return name.split(".")[0] in NETWORK or name.startswith("urllib.request")


def test_the_server_fetches_nothing_from_anywhere():
    """Nothing typed is ever an address that we ask: there is nothing that could ask."""
    assert importing(can_ask) == MAIL
    assert importing(lambda name: name.split(".")[0] == "subprocess") == PROGRAMS


@pytest.mark.parametrize(
    "name", ["http.client", "urllib.request.urlopen", "requests.adapters", "asyncio"]
)
def test_a_part_of_what_can_ask_can_ask_too(name):
    assert can_ask(name)
    assert not can_ask("urllib.parse.quote")


def test_htmx_runs_without_what_a_strict_policy_forbids():
    text = (ROOT / "templates" / "_htmx.html").read_text()
    config = json.loads(re.search(r"content='([^']+)'", text)[1])
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0
    for name in ("allowEval", "allowScriptTags", "includeIndicatorStyles"):
        assert config[name] is False


def test_what_people_recorded_is_shown_where_htmx_does_nothing():
    """Were its markup ever not escaped, an hx-get in it would still fetch nothing."""
    shown = [
        line
        for path in TEMPLATES
        for line in path.read_text().splitlines()
        if "include kind.page" in line
    ]
    assert len(shown) == 2
    for line in shown:
        assert re.search(r"<section [^>]*hx-disable>{% include kind\.page %}", line)
    sent = (ROOT / "templates" / "daylog" / "held.html").read_text()
    assert re.search(r"<details hx-disable>(?:(?!</details>).)*one\.raw", sent, re.S)


def test_bandit_reads_the_code_with_every_run_of_the_tests():
    steps = (ROOT / "tools" / "test").read_text()
    assert re.search(r"bandit .*mallops", steps)
    assert "tools/test" in (ROOT / "Makefile").read_text()


def test_an_advisory_that_could_not_be_looked_up_fails_the_audit():
    (audit,) = re.findall(
        r"^audit:.*?\n\n", (ROOT / "Makefile").read_text(), re.S | re.M
    )
    assert re.search(r"pip-audit\b.*--strict", audit, re.S)


def test_the_bill_of_materials_names_all_that_is_locked_or_sent_to_browsers():
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "sbom.py"], capture_output=True, check=True
    )
    bill = json.loads(made.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    named = {one["purl"] for one in bill["components"]}
    locked = (ROOT / "requirements.txt").read_text()
    pinned = re.findall(r"^([^\s=#]+)==([^\s;]+)", locked, re.MULTILINE)
    vendor = (path.name for path in (ROOT / "static" / "vendor").iterdir())
    assert named == {
        *(f"pkg:pypi/{name}@{version}" for name, version in pinned),
        *(f"pkg:npm/{name}" for name in vendor if "@" in name),
    }
    ours = [one for one in bill["components"] if one["purl"].startswith("pkg:pypi/")]
    assert all(one["hashes"] for one in ours)
