"""Joins the phone's modules into few files: one by one they weigh half as much again.

The source stays plain ES modules that a browser also runs as they are. Joined, each is
a function that returns what it exports and runs when it is first asked for: in the
order of the imports, and what is imported later runs later. What cannot be joined so (a
default export, an exported ``let``, a circle of imports) is refused by name.

Names that one module gives to another no minifier can shorten, so they can get letters
here: within one file only, because two files might be of different builds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname, join, normpath
from string import ascii_letters

from mallops.config import ROOT

STATIC = ROOT / "static"
NAMES = r"\{[^{}]*\}"
IMPORT = re.compile(
    rf'^import (?:(?P<names>{NAMES}|\* as \w+) from )?"(?P<path>[^"]+)"$', re.MULTILINE
)
HANDED_ON = re.compile(
    rf'^export (?P<names>{NAMES}) from "(?P<path>[^"]+)"$', re.MULTILINE
)
LISTED = re.compile(rf"^export (?P<names>{NAMES});?$", re.MULTILINE)
DECLARED = re.compile(
    r"^export (?=(?:async )?(?:function\*?|class|const) (?P<name>[\w$]+))", re.MULTILINE
)
LATER = re.compile(r'\bimport\("(?P<path>[^"]+)"\)')
LEFT_OVER = re.compile(
    r"^\s*(?:import|export)\b.*|;\s*export\b.*|\bimport\.meta\b.*", re.MULTILINE
)

# Travels with the modules that others build on; `__need` runs each module once.
LOADER = """\
const known = {}, made = {}
export const __add = (modules) => Object.assign(known, modules)
export const __need = (name) => made[name] ??= known[name]()
"""
Letters = Mapping[str, Mapping[str, str]]  # module → what it exports → its letter


class NotJoinable(ValueError):
    """A module is written in a way that only a browser could run."""


def reachable(entry: str) -> tuple[str, ...]:
    """The module after all it imports, at once or later; paths below ``static``."""
    found: dict[str, None] = {}

    def visit(path: str, above: tuple[str, ...] = ()) -> None:
        if path in above:
            raise NotJoinable(f"a circle of imports: {' → '.join((*above, path))}")
        if path in found or _is_outside(path):
            return
        for needed in _leading_to(path, IMPORT, HANDED_ON):
            visit(needed, (*above, path))
        found[path] = None
        for wanted in _leading_to(path, LATER):
            visit(wanted)

    visit(entry)
    return tuple(found)


def letters(paths: Iterable[str]) -> Letters:
    """Letters for all that modules export, unless one of these asks for one whole."""
    paths = tuple(paths)
    whole = {other for path in paths for other in _wanted_whole(path)}
    return {path: _lettered(path) for path in paths if path not in whole}


def _lettered(path: str) -> dict[str, str]:
    names = dict.fromkeys(name for name, _value in _exports(path))
    return dict(zip(names, ascii_letters, strict=False))  # any more keep their names


def _wanted_whole(path: str) -> list[str]:
    text = _source(path)
    starred = [one for one in IMPORT.finditer(text) if (one["names"] or "")[:1] == "*"]
    later = LATER.finditer(text)
    return [_resolved(path, found["path"]) for found in (*starred, *later)]


def joined(
    paths: Iterable[str],
    *,
    start: str = "",
    base: str = "",
    short: Letters | None = None,
) -> str:
    """These modules as one module of the browser's.

    start: the one to run at once. base: address of the joined modules these build on;
    without it, others can build on these. short: what goes by letters.
    """
    paths = tuple(paths)
    head = f'import {{ __add, __need }} from "{base}"\n' if base else LOADER
    outside = sorted({p for path in paths for p in _leading_to(path, IMPORT)})
    functions = [_as_function(path, short or {}) for path in paths]
    for number, path in enumerate(filter(_is_outside, outside)):
        head += f'import * as outside{number} from "{path}"\n'
        functions.append(f"{_quoted(path)}: () => outside{number}")
    run = f"__need({_quoted(start)})\n" if start else ""
    body = ",\n".join(functions)
    return f"{head}__add({{\n{body}\n}})\n{run}"


def _as_function(path: str, short: Letters) -> str:
    text = _source(path)
    text = IMPORT.sub(lambda found: _asked_for(path, found, short), text)
    text = LATER.sub(lambda found: _asked_for_later(path, found), text)
    for shape in (HANDED_ON, LISTED, DECLARED):
        text = shape.sub("", text)
    if left := LEFT_OVER.search(text):
        raise NotJoinable(f"{path}: {left[0]}")
    own = short.get(path, {})
    exports = ", ".join(
        _property(own.get(name, name), value) for name, value in _exports(path, short)
    )
    return f"{_quoted(path)}() {{\n{text}\nreturn {{ {exports} }}\n}}"


def _asked_for(path: str, found: re.Match[str], short: Letters) -> str:
    names = found["names"]
    if names is None:
        return _need(path, found)
    if names.startswith("*"):
        return f"const {names.removeprefix('* as ')} = {_need(path, found)}"
    _check(path, found)
    its = short.get(_resolved(path, found["path"]), {})
    pairs = (_property(its.get(there, there), here) for there, here in _pairs(names))
    return f"const {{ {', '.join(pairs)} }} = {_need(path, found)}"


def _asked_for_later(path: str, found: re.Match[str]) -> str:
    return f"Promise.resolve({_quoted(_resolved(path, found['path']))}).then(__need)"


def _exports(path: str, short: Letters | None = None) -> Iterator[tuple[str, str]]:
    """(name, expression) of all that a module hands out."""
    text = _source(path)
    for found in HANDED_ON.finditer(text):
        _check(path, found)
        its = (short or {}).get(_resolved(path, found["path"]), {})
        for there, name in _pairs(found["names"]):
            yield name, f"{_need(path, found)}.{its.get(there, there)}"
    for found in LISTED.finditer(text):
        yield from ((name, here) for here, name in _pairs(found["names"]))
    yield from ((found["name"], found["name"]) for found in DECLARED.finditer(text))


def _check(path: str, found: re.Match[str]) -> None:
    """A browser refuses names that nobody exports; joined they were ``undefined``."""
    other = _resolved(path, found["path"])
    if _is_outside(other):
        return
    exported = {name for name, _value in _exports(other)}
    for name, _here in _pairs(found["names"]):
        if name not in exported:
            raise NotJoinable(f"{path}: {other} exports no {name}")


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    """``{ a, b as c }``: a and a, b and c."""
    for name in filter(None, (one.strip() for one in names.strip("{}").split(","))):
        first, _as, second = name.partition(" as ")
        yield first, second or first


def _property(name: str, value: str) -> str:
    return name if name == value else f"{name}: {value}"


def _need(path: str, found: re.Match[str]) -> str:
    return f"__need({_quoted(_resolved(path, found['path']))})"


def _leading_to(path: str, *shapes: re.Pattern[str]) -> list[str]:
    text = _source(path)
    return [
        _resolved(path, found["path"])
        for shape in shapes
        for found in shape.finditer(text)
    ]


def _resolved(path: str, name: str) -> str:
    """Where an import leads: a path below ``static``, else an address."""
    if name.startswith("."):
        return normpath(join(dirname(path), name))
    return name.removeprefix("/static/")


def _is_outside(path: str) -> bool:
    return path.startswith("/")


def _source(path: str) -> str:
    return (STATIC / path).read_text()


def _quoted(text: str) -> str:
    return json.dumps(text)
