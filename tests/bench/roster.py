"""Two hundred doors with one thumb, without signal, on a slow phone."""

import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, sync_playwright

from tests.bench.figures import Figure, median, percentile
from tests.bench.floor import PHONE, SLOWDOWN
from tests.bench.site import demo_site
from tests.support.browser import find_chromium, launch_args

DOORS = 200
SECONDS = 60
TAPS = 260
RESPONSE_MS = 100
# When each tap's row is drawn, on the page's own clock.
OBSERVE = """() => {
  globalThis.drawn = []
  document.addEventListener("click", ({ target, timeStamp }) => {
    if (!target.closest("#doors-list [data-tap]")) return
    const note = () => drawn.push(performance.now() - timeStamp)
    requestAnimationFrame(() => setTimeout(note))
  }, true)
}"""
ALL = """import('/floor/sync.js').then(async ({ __need }) => {
  const { unsent, storedByServer } = __need('sync/store.js')
  return [...(await unsent()), ...(await storedByServer())]
})"""
TAPPABLE = "#doors-list .doors__row--open"
NUMBERS = "(rows) => [...document.querySelectorAll(rows)].map((row) => row.dataset.no)"


def figures() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder,
        demo_site("SQLite", Path(folder)) as site,
        site.server() as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=launch_args()
        )
        context = browser.new_context(
            base_url=server.url, viewport=PHONE, has_touch=True, is_mobile=True
        )
        name, _, value = site.cookie("officer").partition("=")
        expires = datetime.now(UTC).timestamp() + 86_400
        context.add_cookies(
            [{"name": name, "value": value, "url": server.url, "expires": expires}]
        )
        page = context.new_page()
        page.goto("/floor/")
        page.wait_for_selector("#ready[data-look=done]", timeout=60_000)
        context.set_offline(True)
        tools = context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        yield from _walk(page)
        browser.close()


def _walk(page: Page) -> Iterator[Figure]:
    page.evaluate(OBSERVE)
    began = time.monotonic()
    page.tap("#bar [data-view=doors]")
    page.wait_for_selector(TAPPABLE)
    taps = 2  # to the roster, and the round: the bench runs at any hour
    page.tap("#doors-event label:has([value=opening])")
    page.wait_for_selector(f"{TAPPABLE} [data-tap]")
    tapped = 0
    for floor in page.locator("#doors-floor option").all():
        if tapped == DOORS:
            break
        if tapped:
            page.select_option("#doors-floor", floor.get_attribute("value"))
            taps += 2
        tapped += _tap_floor(page, DOORS - tapped)
    taps += tapped
    entries = _kept(page)
    took = time.monotonic() - began
    times = {entry["body"]["seen_at"] for entry in entries}
    drawn = page.evaluate("drawn")
    note = f"{len(times)} entries with times of their own"
    yield Figure(f"{DOORS} doors offline", took, "s", at_most=SECONDS, note=note)
    yield Figure("… taps", taps, "taps", at_most=TAPS)
    if len(times) < DOORS:
        raise RuntimeError(f"only {len(times)} of {DOORS} were kept")
    note = f"half of {len(drawn)} within {median(drawn):.0f} ms"
    worst = percentile(drawn, 95)
    yield Figure("Door tap to drawn, p95", worst, "ms", at_most=RESPONSE_MS, note=note)


def _tap_floor(page: Page, most: int) -> int:
    """Down the floor, as far as there are doors to tap."""
    numbers = page.evaluate(NUMBERS, TAPPABLE)[:most]
    for no in numbers:
        _thumb(page, page.locator(f"[data-no='{no}'] [data-tap]"))
    return len(numbers)


def _thumb(page: Page, row: Locator) -> None:
    """Scrolls where it must, then taps: a thumb does not ask whether it may."""
    box = row.bounding_box()
    if box is None or not PHONE["height"] * 0.3 < box["y"] < PHONE["height"] * 0.6:
        row.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
        box = row.bounding_box()
    if box:
        page.touchscreen.tap(box["x"] + 60, box["y"] + box["height"] / 2)


def _kept(page: Page) -> list[dict[str, Any]]:
    """All sealed doors, once the last is on the phone."""
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + SECONDS
    while len(found) < DOORS and time.monotonic() < deadline:
        kept = page.evaluate(ALL)
        found = [entry for entry in kept if entry["kind"] == "door"]
    return [{**entry, "body": json.loads(entry["body"])} for entry in found]
