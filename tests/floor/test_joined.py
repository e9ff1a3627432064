"""Modules joined into one file run as they would apart, or are refused."""

import json
import re
import subprocess

import pytest
from playwright._impl._driver import compute_driver_executable

from mallops.floor import assets, joined, shrink
from mallops.floor.joined import NotJoinable, reachable


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Writes modules: address and text by turns."""
    monkeypatch.setattr(joined, "STATIC", tmp_path)

    def write(**texts: str) -> None:
        for name, text in texts.items():
            (tmp_path / f"{name}.js").write_text(text)

    return write


def said_by(script: str) -> list[str]:
    """What a node says that runs the script."""
    node, _cli = compute_driver_executable()
    run = [node, "--input-type=module", "-"]
    done = subprocess.run(
        run, input=script, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def run(entry: str) -> list[str]:
    return said_by(joined.joined(reachable(entry), start=entry))


def test_each_module_runs_once_in_the_order_of_the_imports(modules):
    modules(
        one='console.log("one")\nexport const one = 1\n',
        two='import { one } from "./one.js"\nconsole.log("two", one)\n',
        app='import "./two.js"\nimport * as all from "./one.js"\n'
        'console.log("app", all.one)\n',
    )
    assert run("app.js") == ["one", "two 1", "app 1"]


def test_what_is_imported_later_runs_later(modules):
    modules(
        late='console.log("late")\nexport const word = "kept"\n',
        app='import("./late.js").then(({ word }) => console.log(word))\n'
        'console.log("app")\n',
    )
    assert run("app.js") == ["app", "late", "kept"]


@pytest.mark.parametrize(
    "export",
    [
        "export function f() { return 1 }",
        "export async function f() { return 1 }",
        "export class f {}",
        "export const f = () => 1",
        "function g() {}\nexport { g as f }",
        'export { g as f } from "./more.js"',
    ],
)
def test_every_way_of_handing_out_that_the_app_uses(modules, export):
    modules(
        more="export function g() {}\n",
        given=f"{export}\n",
        app='import {\n  f,\n  f as h,\n} from "./given.js"\n'
        "console.log(typeof f, f === h)\n",
    )
    assert run("app.js") == ["function true"]


def test_names_between_modules_can_be_letters(modules):
    modules(
        more="export const far = 1\n",
        given='export { far } from "./more.js"\n'
        "function g() { return 2 }\nexport { g as near }\nexport const own = 3\n",
        view="export const open = 4\n",
        late="export const open = 5\n",
        app='import { own, near, far as away } from "./given.js"\n'
        'import * as view from "./view.js"\n'
        "console.log(away, near(), own, view.open)\n"
        'import("./late.js").then((late) => console.log(late.open))\n',
    )
    paths = reachable("app.js")
    short = joined.letters(paths)
    assert short["given.js"] == {"far": "a", "near": "b", "own": "c"}
    assert "view.js" not in short, "somebody asks for it whole"
    assert "late.js" not in short
    assert said_by(joined.joined(paths, start="app.js", short=short)) == [
        "1 2 3 4",
        "5",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "export default 1\n",
        "export let count = 0\n",
        'import whole from "./other.js"\n',
        "console.log(import.meta.url)\n",
        'import { missing } from "./other.js"\n',
        'export { missing } from "./other.js"\n',
        'import "./app.js"\n',
    ],
)
def test_what_would_run_otherwise_is_refused(modules, text):
    modules(other="export const there = 1\n", app=text)
    with pytest.raises(NotJoinable):
        joined.joined(reachable("app.js"), start="app.js")


def test_page_and_worker_run_one_set_of_modules():
    named = {name: names_in(assets.script(name)) for name in ("sync", "app", "worker")}
    assert not named["sync"] & named["app"]
    assert not named["sync"] & named["worker"]
    assert named["sync"] | named["worker"] >= set(reachable(assets.WORKER))
    others = set(reachable(assets.APP)) - named["sync"]
    numbers = re.findall(r'[{,]\s*"?(\d+)"?\(\)\s*\{', assets.script("app"))
    assert numbers == [str(number) for number in range(len(others))]


def names_in(script: str) -> set[str]:
    return {path for path in everything() if f"{json.dumps(path)}(){{" in script}


def everything() -> set[str]:
    return {*reachable(assets.APP), *reachable(assets.WORKER)}


@pytest.mark.parametrize("name", ["sync", "app", "worker", "leave"])
def test_every_joined_file_is_a_script(name):
    node, _cli = compute_driver_executable()
    check = [node, "--input-type=module", "--check", "-"]
    done = subprocess.run(
        check, input=assets.script(name), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-500:]


def test_a_script_says_the_same_whether_names_are_short_or_not(modules, monkeypatch):
    modules(
        kept="export const kept = (name) => `${name}!`\n",
        app='import { kept } from "./kept.js"\nconst aName = "one"  // a comment\n'
        "console.log(kept(aName), [1, 2].map((each) => each * 2).join())\n",
    )
    script = joined.joined(reachable("app.js"), start="app.js")
    sizes = []
    for shortens in (False, shrink.SHORTENS_NAMES):
        monkeypatch.setattr(shrink, "SHORTENS_NAMES", shortens)
        sizes.append(len(shrink.shrunk(script)))
        assert said_by(shrink.shrunk(script)) == ["one! 2,4"]
    assert sizes[1] <= sizes[0] < len(script)
