"""The floor app in a real browser on a slow phone: start offline, tick, finish."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.bench.figures import Figure, median, percentile, spread
from tests.bench.site import demo_site
from tests.support.browser import find_chromium, launch_args
from tests.support.faultproxy import FaultProxy

SLOWDOWN = 4  # a cheap phone beside the machine this runs on
START_S = 1.0
RESPONSE_MS = 100
STARTS = 5
FINISHES = 26  # the first is one of its own: it reads code that the others have read
TAPPED = 3  # forms whose every tick is a real tap; the others are filled in by script
PHONE = {"width": 360, "height": 640}
REST_MS = 300  # a thumb does not finish in the moment of its last tick
PASS_ALL = """document.querySelectorAll(".item [value=pass]").forEach((one) =>
  one.checkVisibility() && one.click())"""
OBSERVE = Path(__file__).with_name("observe.js")


def figures() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder,
        demo_site("SQLite", Path(folder)) as site,
        site.server() as server,
        FaultProxy(server.port) as proxy,
        sync_playwright() as playwright,
    ):
        profile = Path(folder) / "phone"
        cookie = site.cookie("officer")
        yield from _starts(playwright, profile, proxy, cookie)
        proxy.up()
        yield from _taps(playwright, profile, proxy)


def _starts(
    playwright: Playwright, profile: Path, proxy: FaultProxy, cookie: str
) -> Iterator[Figure]:
    with phone(playwright, profile, proxy) as context:
        name, _, value = cookie.partition("=")
        expires = datetime.now(UTC).timestamp() + 86_400
        context.add_cookies(
            [{"name": name, "value": value, "url": proxy.url, "expires": expires}]
        )
        page = context.new_page()
        page.goto("/floor/")
        page.wait_for_selector("#ready[data-look=done]", timeout=60_000)
    proxy.down()
    taken = []
    for _ in range(STARTS):
        with phone(playwright, profile, proxy) as context:
            page = slow_page(context)
            page.goto("/floor/")
            taken.append(_noted(page, "bench.due") / 1000)
    note = spread(taken)
    name = "Start offline to what is due, after one visit"
    yield Figure(name, median(taken), "s", at_most=START_S, note=note)


def _taps(playwright: Playwright, profile: Path, proxy: FaultProxy) -> Iterator[Figure]:
    saves: list[float] = []
    with phone(playwright, profile, proxy) as context:
        page = slow_page(context)
        page.goto("/floor/")
        page.wait_for_selector("#ready[data-look=done]", timeout=60_000)
        for number in range(FINISHES):
            page.evaluate("location.hash = '#start/opening/L1-A'")
            page.wait_for_selector("#actions:not([hidden])")
            _fill(page, tap=number < TAPPED)
            saves.append(_finish(page))
        ticks = page.evaluate("bench.ticks")
    yield from _first_and_p95("Tap on a tick to drawn", ticks)
    yield from _first_and_p95("Finish to “Saved on this phone”", saves)


def _first_and_p95(name: str, taken: Sequence[float]) -> Iterator[Figure]:
    first, *others = taken
    yield Figure(f"{name}, the first", first, "ms")
    yield _p95(name, others)


def _p95(name: str, taken: Sequence[float]) -> Figure:
    note = f"half of {len(taken)} within {median(taken):.0f} ms"
    worst = percentile(taken, 95)
    return Figure(f"{name}, p95", worst, "ms", at_most=RESPONSE_MS, note=note)


def _fill(page: Page, *, tap: bool) -> None:
    """Answer all items, by real taps or all at once."""
    if tap:
        for label in page.locator(".item:visible label:has([value=pass])").all():
            label.click()
    else:
        page.evaluate(PASS_ALL)
    for item in page.locator(".item:visible:not(:has([value=pass]))").all():
        field = item.locator("input:visible").first
        field.fill("09:40" if field.get_attribute("type") == "time" else "20")
    page.wait_for_selector("#next-open", state="hidden")
    page.wait_for_timeout(REST_MS)


def _finish(page: Page) -> float:
    """Milliseconds from the tap to the word that it is saved."""
    page.click("#finish")
    saved = _noted(page, "bench.saved")
    return saved - float(page.evaluate("bench.finish"))


def _noted(page: Page, what: str) -> float:
    """A time the page notes by itself, once it has come."""
    deadline = time.monotonic() + 60
    while (noted := page.evaluate(what)) is None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come: {page.inner_text('body')[:500]}")
        page.wait_for_timeout(50)
    return float(noted)


@contextmanager
def phone(
    playwright: Playwright, profile: Path, proxy: FaultProxy
) -> Iterator[BrowserContext]:
    """The same phone each time; its browser starts anew."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=find_chromium(),
        args=launch_args(),
        base_url=proxy.url,
        viewport=PHONE,
        has_touch=True,
    )
    yield context
    context.close()


def slow_page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.add_init_script(path=OBSERVE)
    page.set_default_timeout(60_000)
    tools = context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    return page
