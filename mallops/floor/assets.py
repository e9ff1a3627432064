"""What the floor app keeps on the phone, and the build these files make together.

A build is named by content alone, so every process and machine that serves the same
files names it the same, and a phone takes a new version exactly when something in it
changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from mallops.config import ROOT
from mallops.floor.joined import STATIC, joined, letters, reachable
from mallops.floor.shrink import shrunk
from mallops.people.models import LANGUAGES

APP = "floor/app.js"
WORKER = "sw.js"
LEAVE = "floor/leave.js"  # on desk pages
LINKED = re.compile(r'(?:href|src)="/static/([^"#?]+\.(?:css|js|svg))')
ICON = "floor/icons/icon.svg"
BUILD_MODULE = "/floor/build.js"
APP_SCRIPT = "/floor/app.js"
SYNC_SCRIPT = "/floor/sync.js"  # what page and worker both run
T = re.compile(r"""\bt\(\s*("(?:[^"\\]|\\.)*")""")  # t("…") in the phone's modules
SENTENCE = 12  # characters; what is longer travels in the shell alone
HASH_DIGITS = 8  # enough to tell builds apart; it guards against mixing, not malice
# Forms are kept by version, not by build; the app fetches them again with a new build.
FORM_TEMPLATES = ROOT / "templates" / "checklists"


def static_url(path: str) -> str:
    """Address of a static file; plain, because the worker keeps it under that."""
    return f"/static/{path}"


def build_module(shells: Mapping[str, str]) -> str:
    """The JavaScript that tells the worker what to keep; shells: language to HTML."""
    addresses = {code: _shell(code) for code in shells}
    pages = [(addresses[code], _hash(page)) for code, page in shells.items()]
    kept = [*_static_hashes(_linked(shells)), *pages]
    lines = {
        "BUILD": _build_id(kept),
        "PRECACHE": [*kept, (BUILD_MODULE, None)],
        "SHELLS": addresses,
    }
    return "".join(
        f"export const {name} = {json.dumps(value, separators=(',', ':'))}\n"
        for name, value in lines.items()
    )


def strings() -> dict[str, str]:
    """The phone's words in the language at hand, by what its scripts call them."""
    words = {name_of(text): _(text) for text in _texts_in_scripts()}
    return {name: word for name, word in words.items() if word != name}


@cache
def _texts_in_scripts() -> list[str]:
    texts = [(STATIC / path).read_text() for path in reachable(APP)]
    return sorted({json.loads(found) for text in texts for found in T.findall(text)})


def name_of(text: str) -> str:
    """What the scripts call a text: itself, or digits of its hash for a sentence.

    Every reader needs sentences in one language only, and the scripts serve all.
    """
    return text if len(text) <= SENTENCE else f"#{_hash(text)[:5]}"


def _app() -> str:
    """The page's modules, by numbers and letters: nobody else asks for them by name."""
    paths = _besides(APP)
    script = joined(paths, start=APP, base=SYNC_SCRIPT, short=letters(paths))
    for number, path in enumerate(paths):
        script = script.replace(f'"{path}"', str(number))
    return T.sub(_short_call, script)


def _short_call(found: re.Match[str]) -> str:
    name = name_of(json.loads(found[1]))
    return found[0].replace(found[1], json.dumps(name, ensure_ascii=False))


@cache
def script(name: str) -> str:
    """One of the files in which the phone's modules travel; KeyError: there is none."""
    scripts: dict[str, Callable[[], str]] = {
        "sync": lambda: joined(_of_sync()),
        "app": _app,
        "worker": lambda: joined(_besides(WORKER), start=WORKER, base=SYNC_SCRIPT),
        "leave": lambda: joined(reachable(LEAVE), start=LEAVE),
    }
    return shrunk(scripts[name]())


def _of_sync() -> list[str]:
    """The modules of ``static/sync`` that are in use, and the library they import."""
    used = dict.fromkeys((*reachable(APP), *reachable(WORKER)))
    return [path for path in used if path.startswith(("sync/", "vendor/"))]


def _besides(entry: str) -> list[str]:
    sync = _of_sync()
    return [path for path in reachable(entry) if path not in sync]


def _shell(language: str) -> str:
    return f"/floor/shell/{language}"


def _build_id(kept: list[tuple[str, str]]) -> str:
    parts = [*kept, *_hashes_outside()]
    return sha256(json.dumps(parts).encode()).hexdigest()[:12]


def _linked(shells: Mapping[str, str]) -> frozenset[str]:
    return frozenset(path for page in shells.values() for path in LINKED.findall(page))


@cache
def _static_hashes(linked: frozenset[str]) -> list[tuple[str, str]]:
    scripts = [(APP_SCRIPT, _hash(script("app"))), (SYNC_SCRIPT, _hash(script("sync")))]
    files = [(static_url(p), _hash((STATIC / p).read_bytes())) for p in sorted(linked)]
    return scripts + files


@cache
def _hashes_outside() -> list[tuple[str, str]]:
    """What the app depends on without keeping it: the worker, how forms are drawn."""
    forms = sorted(FORM_TEMPLATES.glob("*.html"))
    pages = [(file.name, _hash(file.read_bytes())) for file in forms]
    return [(WORKER, _hash(script("worker"))), *pages]


def _hash(content: bytes | str) -> str:
    data = content.encode() if isinstance(content, str) else content
    return sha256(data).hexdigest()[:HASH_DIGITS]


def manifest(language: str) -> dict[str, Any]:
    """The web app manifest in one of our languages."""
    if language not in LANGUAGES:
        raise ValueError(f"not a language of ours: {language}")
    return {
        "id": "/floor/",
        "name": "MallOps",
        "short_name": "MallOps",
        "description": _("Checklists and rounds on the floor, also without network"),
        "lang": language,
        "start_url": "/floor/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#084f4c",
        "icons": list(_icons()),
    }


def _icons() -> Iterator[dict[str, str]]:
    yield {"src": static_url(ICON), "sizes": "any", "type": "image/svg+xml"}
    for purpose, name in (("any", "icon"), ("maskable", "maskable")):
        for size in (192, 512):
            yield {
                "src": static_url(f"floor/icons/{name}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
