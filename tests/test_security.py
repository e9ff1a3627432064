"""What docs/security.md promises of the source as a whole."""

import ast
import json
import re
import subprocess
import sys

import pytest

from tests.test_architecture import MODULES, ROOT, imports_of, name_of, tree_of

SQL = {"text", "exec_driver_sql"}
# Whatever can open a connection; `mail` is sent to the server of the settings alone.
NETWORK = {"http", "httpx", "requests", "socket", "ssl", "urllib.request", "urllib3"}
MAIL = {"inbox/post.py", "operations/doctor.py"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_statement_is_put_together_from_text(path):
    """Values are bound; what is written by hand is a constant, or made by a builder."""
    wrong = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SQL
        and not isinstance(node.args[0], ast.Constant | ast.Name | ast.Attribute)
    ]
    assert not wrong, f"{name_of(path)} in lines {wrong}"


def test_the_server_fetches_nothing_from_anywhere():
    """Nothing typed is ever an address that we ask: there is nothing that could ask."""
    asking = {
        str(path.relative_to(ROOT / "mallops"))
        for path in MODULES
        if imports_of(path) & {*NETWORK, "smtplib"}
    }
    assert asking == MAIL


def test_htmx_runs_without_what_a_strict_policy_forbids():
    text = (ROOT / "templates" / "_htmx.html").read_text()
    config = json.loads(re.search(r"content='([^']+)'", text)[1])
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0
    for name in ("allowEval", "allowScriptTags", "includeIndicatorStyles"):
        assert config[name] is False


def test_bandit_reads_the_code_with_every_run_of_the_tests():
    steps = (ROOT / "tools" / "test").read_text()
    assert re.search(r"bandit .*mallops", steps)
    assert "tools/test" in (ROOT / "Makefile").read_text()


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
