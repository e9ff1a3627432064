"""Who may import whom, who may commit, how long a file may get, what stays out."""

import ast
import fnmatch
import re
from functools import cache
from pathlib import Path
from statistics import quantiles

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mallops"
SKIPPED = {
    ".git", ".venv", ".hypothesis", "var", "node_modules", "test-results",
    "__pycache__",
}  # fmt: skip
BINARY = {".png", ".jpg", ".ico", ".webp", ".mo", ".gz", ".woff2"}


def files(folder, pattern):
    """Files of ours below a folder; vendored ones are not ours."""
    found = (ROOT / folder).rglob(pattern)
    return sorted(p for p in found if "vendor" not in p.parts and not _skipped(p))


def _skipped(path):
    parts = path.relative_to(ROOT).parts
    return bool(SKIPPED & set(parts)) or any(p.endswith("_cache") for p in parts)


def name_of(path):
    return str(path.relative_to(ROOT))


MODULES = files("mallops", "*.py")
PYTHON = MODULES + files("tests", "*.py") + files("migrations", "*.py")
TEMPLATES = files("templates", "*.html")
SCRIPTS = files("static", "*.js")
SHEETS = files("static", "*.css")
FEATURES = sorted(
    path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()
)


def each(paths):
    """A rule that is asked of each of these files: one test, which names all faults.

    As tests of their own they would be half of all tests.
    """

    def of_all(rule):
        def test():
            faults = [fault for path in paths if (fault := _fault(rule, path))]
            assert not faults, "\n".join(faults)

        test.__name__, test.__doc__ = rule.__name__, rule.__doc__
        return test

    assert paths
    return of_all


def _fault(rule, path):
    try:
        rule(path)
    except AssertionError as fault:
        return f"{name_of(path)}: {fault}"
    return None


modules, templates = each(MODULES), each(TEMPLATES)


@cache
def tree_of(path):
    return ast.parse(path.read_text())


@cache
def imports_of(path):
    """Dotted names of what a module imports, wherever in it."""
    return {name for node in ast.walk(tree_of(path)) for name in _imported(node)}


def _imported(node):
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        return {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return set()


def ours(path):
    """(feature, file) of each file of a feature that a module imports."""
    parts = (name.split(".") for name in imports_of(path))
    return {
        (p[1], p[2]) for p in parts if len(p) > 2 and p[0] == "mallops"
        and (PACKAGE / p[1] / f"{p[2]}.py").exists()
    }  # fmt: skip


def feature_of(path):
    inside = path.relative_to(PACKAGE).parts
    return inside[0] if len(inside) > 1 else None


# -- Who may import whom

OUTER = {"forms", "views", "commands", "tasks"}
# What a file of this name never imports from any feature, its own included.
NEVER = {
    "rules": {"models", "queries", "actions", "kinds", *OUTER},
    "models": {"queries", "actions", "kinds", "rules", *OUTER},
    "queries": {"actions", *OUTER},
    "actions": OUTER,
    "kinds": OUTER,
    "forms": {"actions", *OUTER} - {"forms"},
    "views": {"tasks"},
    "tasks": {"views", "commands"},
}
PURE = (
    "rules.py", "rights.py", "definition.py", "chain.py", "errors.py", "ladder.py",
    "clock.py", "windows.py", "handover_rules.py",
)  # fmt: skip


@modules
def test_a_layer_imports_only_the_layers_below_it(path):
    wrong = {
        f"{f}.{file}" for f, file in ours(path) if file in NEVER.get(path.stem, ())
    }
    assert not wrong, f"may not import {sorted(wrong)}"


@each([p for p in MODULES if p.name in PURE])
def test_rules_are_pure(path):
    roots = {name.split(".")[0] for name in imports_of(path)}
    framework = {name for name in roots if name.startswith(("flask", "sqlalchemy"))}
    impure = {"mallops.db", "mallops.web", "mallops.config"} & imports_of(path)
    assert not framework | impure, "is not pure"


@modules
def test_nobody_reads_the_clock_in_rules(path):
    if path.name in PURE:
        calls = re.findall(r"\b(?:now|utcnow|today)\(", path.read_text())
        assert not calls, "gets its clock as an argument"


@modules
def test_no_feature_imports_the_door_for_phones(path):
    if feature_of(path) not in {"sync", None}:
        assert not {file for f, file in ours(path) if f == "sync"}


@modules
def test_nobody_imports_the_views_of_a_feature(path):
    if path == PACKAGE / "__init__.py":
        return  # it mounts them
    views = {f for f, file in ours(path) if file == "views"}
    assert not views, f"imports views of {sorted(views)}"


@modules
def test_models_know_of_the_database_and_of_tables_only(path):
    if path.name != "models.py":
        return
    elsewhere = {n for n in imports_of(path) if n.startswith("mallops.")}
    allowed = r"mallops\.(db|\w+\.models)(\.\w+)?"
    wrong = {name for name in elsewhere if not re.fullmatch(allowed, name)}
    assert not wrong, f"imports {sorted(wrong)}"


@modules
def test_only_views_commands_and_tasks_commit(path):
    if path.name in {"views.py", "cli.py", "commands.py", "tasks.py"}:
        return
    commits = [
        node.lineno for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]  # fmt: skip
    assert not commits, f"commits in lines {commits}"


def test_the_ledger_and_the_door_know_no_kind_of_entry():
    """A new kind is a new feature folder and no changed line here."""
    for feature in ("ledger", "sync"):
        for path in (PACKAGE / feature).glob("*.py"):
            features = {f for f, _ in ours(path)}
            assert features <= {"ledger", "sync", "people", "places"}, name_of(path)


# -- Sizes


@each([p for p in PYTHON if p.parent.name != "versions"])
def test_a_python_file_has_at_most_400_lines(path):
    assert lines_in(path) <= 400, "split it by topic"


def test_nearly_all_python_files_have_at_most_300_lines():
    *_, most = quantiles([lines_in(path) for path in MODULES], n=20)
    assert most <= 300


@each(SCRIPTS)
def test_a_script_has_at_most_150_lines(path):
    assert lines_in(path) <= 150


@each(SHEETS)
def test_a_style_sheet_has_at_most_150_lines(path):
    assert lines_in(path) <= 150


@templates
def test_a_template_has_at_most_130_lines(path):
    assert lines_in(path) <= 130


@each(PYTHON)
def test_a_function_has_at_most_60_lines(path):
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= 60
        and not _is_generated(path, node)
    ]
    assert not long


def _is_generated(path, node):
    """A migration lists tables; cutting the list up would not make it clearer."""
    return path.parent.name == "versions" and node.name in {"upgrade", "downgrade"}


def test_nearly_all_functions_have_at_most_30_lines():
    lengths = [
        node.end_lineno - node.lineno + 1
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    *_, most = quantiles(lengths, n=20)
    assert most <= 30


def lines_in(path):
    return len(path.read_text().splitlines())


# -- Layout

TOP = {
    "mallops", "templates", "static", "migrations", "tests", "wsgi.py",
    "pyproject.toml", "Procfile", "README.md",
}  # fmt: skip
TOOLS = {
    ".ci", ".editorconfig", ".git", ".gitattributes", ".gitignore", "LICENSE",
    "Makefile", "docs", "gunicorn.conf.py", "requirements.txt", "requirements-dev.txt",
    "tools",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TOP))
def test_the_top_level_has_what_everybody_looks_for(name):
    assert (ROOT / name).exists()


def test_nothing_else_lies_at_the_top_level():
    ignored = [
        line.strip("/")
        for line in (ROOT / ".gitignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    found = {path.name for path in ROOT.iterdir()} - TOP - TOOLS
    left = {n for n in found if not any(fnmatch.fnmatch(n, i) for i in ignored)}
    assert not left


@pytest.mark.parametrize("folder", ["templates", "tests"])
def test_features_keep_their_name_in_other_folders(folder):
    of_tests = {"support", "js", "faults", "bench", "walk", "simulator"}
    known = {*FEATURES, "vendor", *of_tests}
    found = {p.name for p in (ROOT / folder).iterdir() if p.is_dir()} - SKIPPED
    assert found <= known


@modules
def test_every_module_says_what_it_is_for(path):
    said = ast.get_docstring(tree_of(path))
    assert said, "has no docstring"
    assert not said.splitlines()[0].endswith(",")


@each(PYTHON)
def test_tests_and_migrations_say_what_they_are_for(path):
    assert ast.get_docstring(tree_of(path)) or path.name == "__init__.py"


# -- What stays out


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("unescaped data", r"\|\s*safe\b|autoescape\s+false"),
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("a style element", r"<style\b"),
        ("a script in an attribute", r"<[^>]*\s(?:on[a-z]+|hx-on[\w:-]*)\s*="),
        ("a trigger filter, which fires unfiltered", r"hx-trigger=\"[^\"]*\["),
        ("an address of a script", r"(?:href|src|action)\s*=\s*[\"']javascript:"),
        ("something from another host", r"(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
    ],
    ids=lambda value: value if " " in value and "\\" not in value else "",
)
def test_a_template_holds_nothing_the_policy_forbids(what, pattern):
    for path in TEMPLATES:
        text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        found = re.findall(pattern, text, re.IGNORECASE)
        assert not found, f"{name_of(path)} has {what}: {found}"


@templates
def test_a_template_holds_no_script_of_its_own(path):
    for tag, text in re.findall(
        r"<script([^>]*)>(.*?)</script", path.read_text(), re.S
    ):
        data = "application/json" in tag or "application/ld+json" in tag
        assert data or not text.strip(), "has an inline script"


@modules
def test_no_data_is_marked_as_safe_html(path):
    assert not re.search(r"\bMarkup\(|from_string\(", path.read_text())


@each(SCRIPTS)
def test_scripts_make_no_html_and_no_code_out_of_text(path):
    pattern = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    code = re.sub(r"//.*", "", path.read_text())
    assert not re.search(pattern, code)


def texts():
    """Every text file of the repository that we wrote ourselves."""
    for path in ROOT.rglob("*"):
        if path.suffix in BINARY or "vendor" in path.parts or _skipped(path):
            continue
        if path.is_file() and path != Path(__file__):
            yield path


def grep(pattern, paths):
    search = re.compile(pattern).search
    return [
        name_of(path) for path in paths if search(path.read_text("utf-8", "ignore"))
    ]


def test_no_browser_test_waits_with_eval_which_the_policy_forbids():
    waits = re.compile(r"\bwait_for_function\(")
    assert [name_of(p) for p in PYTHON if waits.search(p.read_text())] == []


def test_no_path_of_anybodys_machine_is_written_down():
    assert not grep(
        r"/(?:root|home|Users)/\w|/work/|(?<!local)(?<!homebrew)/opt/(?!homebrew)",
        texts(),
    )


def test_no_address_of_a_package_registry_is_written_down():
    files_ = [p for p in texts() if p.suffix not in {".md"}]
    assert not grep(r"pypi\.org|pythonhosted|registry\.npmjs", files_)
    locks = [*ROOT.glob("requirements*.txt"), *(ROOT / "tools").glob("*.txt")]
    assert locks
    assert not grep(r"://|--(?:extra-)?index-url|--find-links", locks)


def test_every_locked_requirement_has_hashes():
    for path in ROOT.glob("requirements*.txt"):
        pins = re.findall(r"^[a-z0-9].*==\S+.*$", path.read_text(), re.M)
        assert pins
        assert all(pin.endswith("\\") for pin in pins), name_of(path)


@modules
def test_production_code_has_no_kill_points_and_no_test_switches(path):
    pattern = (
        r"os\.kill|os\._exit|SIGKILL|TESTING|PYTEST|kill_point|FAULTS?_|breakpoint\("
    )
    assert not re.search(pattern, path.read_text()), name_of(path)
