"""What a first visit to the floor app weighs, compressed as it is served."""

import http.client
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.figures import Figure
from tests.bench.site import Site, demo_site
from tests.support.browser import find_chromium, launch_args
from tests.support.faultproxy import FaultProxy
from tests.support.gunicorn import Server

TOTAL_KB = 80
SCRIPT_KB = 45
# What a person's work brings along: it is data, and fetched once signed in.
DATA = ("/floor/pack", "/floor/handover", "/floor/forms/", "/sync/")
# A browser without a screen installs nothing, so it never asks for these.
INSTALLING = ("/manifest.webmanifest", "/static/floor/icons/icon-192.png")
SETTLED_SECONDS = 3


def figures() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder,
        demo_site("SQLite", Path(folder)) as site,
        site.server() as server,
    ):
        cookie = site.cookie("officer")
        loaded = visit(server, site, cookie)
        app = {path for path in loaded if not path.startswith(DATA)} | {*INSTALLING}
        weights = {path: _weight(server.port, path, cookie) for path in app}
        data = sum(_weight(server.port, p, cookie) for p in loaded - app)
    scripts = sum(kb for path, kb in weights.items() if path.endswith(".js"))
    heavy = sorted(weights, key=lambda path: -weights[path])[:4]
    most = ", ".join(f"{path.rpartition('/')[2]} {weights[path]:.1f}" for path in heavy)
    note = f"{len(weights)} files; {most}"
    total = sum(weights.values())
    yield Figure("First visit to /floor/", total, "kB", at_most=TOTAL_KB, note=note)
    yield Figure("… JavaScript in it", scripts, "kB", at_most=SCRIPT_KB)
    yield Figure("… walk pack and forms of an officer, besides", data, "kB")


def visit(server: Server, site: Site, cookie: str) -> set[str]:
    """The addresses a new phone asks for until the app is ready to walk."""
    name, _, value = cookie.partition("=")
    with FaultProxy(server.port) as proxy, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=launch_args()
        )
        context = browser.new_context(base_url=proxy.url)
        context.add_cookies([{"name": name, "value": value, "url": proxy.url}])
        page = context.new_page()
        page.goto("/floor/")
        page.wait_for_selector("#ready[data-look=done]", timeout=60_000)
        page.wait_for_timeout(SETTLED_SECONDS * 1000)
        browser.close()
        asked = [one.request.partition(" ") for one in proxy.exchanges]
    paths = {re.sub(r"\?.*", "", path) for method, _, path in asked if method == "GET"}
    return paths - {"/sync/session"}


def _weight(port: int, path: str, cookie: str) -> float:
    """Kilobytes of a body as it travels."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip, deflate, br, zstd"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return len(body) / 1000 if answer.status == 200 else 0
