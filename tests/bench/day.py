"""How long the server takes for the page of a day, among a million entries."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from tests.bench.figures import Figure, median, percentile
from tests.bench.million import DAYS, EVENING, LAST_DAY, million
from tests.bench.site import ENGINES, MALL, Site

BUDGET_MS = 50
REQUESTS = 120
FILTERS = (
    "kind=inspection",
    "kind=note",
    "zone=L1-A",
    "unit=L1-003",
    "person=1",
    "problems=1",
    "q=exit",
    "q=扶手",
    "rounds=done",
    "problems=1&zone=L2-A&q=light",
)


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with million(engine) as site:
            yield from _figures(engine, Reader(site))


class Reader:
    """A manager who reads days, in this process: no network in the figures."""

    def __init__(self, site: Site) -> None:
        self.client = site.app.test_client(use_cookies=False)
        self.headers = {"Cookie": site.cookie("manager", EVENING)}
        self.folder = site.folder
        self.random = random.Random(1)

    def milliseconds(self, tail: str = "") -> float:
        """The server's time for one day, taken at random; ``tail`` ends the address."""
        address = f"/malls/{MALL}/log/{self._day()}{tail}"
        began = time.perf_counter()
        answer = self.client.get(address, headers=self.headers)
        size = len(answer.data)
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code != 200 or size < 100:
            raise RuntimeError(f"{answer.status_code} {address}")
        return taken

    def _day(self) -> date:
        return LAST_DAY - timedelta(days=self.random.randrange(1, DAYS))


def _figures(engine: str, reader: Reader) -> Iterator[Figure]:
    for _ in range(10):
        reader.milliseconds()
    pages = [reader.milliseconds() for _ in range(REQUESTS)]
    yield _p95(f"{engine}: day page among 1,000,000 entries", pages, BUDGET_MS)
    filtered = [reader.milliseconds(f"?{f}") for f in FILTERS for _ in range(12)]
    yield _p95(f"{engine}: … filtered and searched", filtered, BUDGET_MS)
    cold = [_cold(reader) for _ in range(20)]
    yield _p95(f"{engine}: … nothing of it in memory", cold, None)
    parts = [reader.milliseconds("/entries") for _ in range(REQUESTS)]
    yield _p95(f"{engine}: the part that refreshes itself", parts, BUDGET_MS)
    files = [reader.milliseconds(".csv") for _ in range(10)]
    yield _p95(f"{engine}: a whole day as CSV", files, None)


def _p95(name: str, taken: Sequence[float], budget: float | None) -> Figure:
    note = f"half of {len(taken)} within {median(taken):.0f} ms"
    return Figure(
        f"{name}, p95", percentile(taken, 95), "ms", at_most=budget, note=note
    )


def _cold(reader: Reader) -> float:
    """As after a night: the system has forgotten the database's files."""
    for path in reader.folder.rglob("*"):
        if path.is_file():
            _forget(path)
    return reader.milliseconds()


def _forget(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
