"""How long the server takes for the page of a day, among a million entries."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

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


def figures(days: int = DAYS) -> Iterator[Figure]:
    for engine in ENGINES:
        with million(engine, days) as site:
            yield from _figures(engine, Reader(site, days))


class Taken(NamedTuple):
    """What one answer took; computing alone says the same on a busy machine."""

    ms: float
    cpu_ms: float


class Reader:
    """A manager who reads days, in this process: no network in the figures."""

    def __init__(self, site: Site, days: int) -> None:
        self.days = days
        self.client = site.app.test_client(use_cookies=False)
        self.headers = {"Cookie": site.cookie("manager", EVENING)}
        self.folder = site.folder
        self.random = random.Random(1)

    def read(self, tail: str = "") -> Taken:
        """The server's time for one day, taken at random; ``tail`` ends the address."""
        address = f"/malls/{MALL}/log/{self._day()}{tail}"
        began, computed = time.perf_counter(), time.process_time()
        answer = self.client.get(address, headers=self.headers)
        size = len(answer.data)
        taken = time.perf_counter() - began, time.process_time() - computed
        if answer.status_code != 200 or size < 100:
            raise RuntimeError(f"{answer.status_code} {address}")
        return Taken(taken[0] * 1000, taken[1] * 1000)

    def _day(self) -> date:
        return LAST_DAY - timedelta(days=self.random.randrange(1, self.days))


def _figures(engine: str, reader: Reader) -> Iterator[Figure]:
    for _ in range(10):
        reader.read()
    pages = [reader.read() for _ in range(REQUESTS)]
    entries = f"{reader.days // DAYS},000,000 entries"
    yield _p95(f"{engine}: day page among {entries}", pages, BUDGET_MS)
    filtered = [reader.read(f"?{f}") for f in FILTERS for _ in range(12)]
    yield _p95(f"{engine}: … filtered and searched", filtered, BUDGET_MS)
    cold = [_cold(reader) for _ in range(20)]
    yield _p95(f"{engine}: … nothing of it in memory", cold, None)
    parts = [reader.read("/entries") for _ in range(REQUESTS)]
    yield _p95(f"{engine}: the part that refreshes itself", parts, BUDGET_MS)
    lists = [reader.read("/rounds/missed") for _ in range(REQUESTS)]
    yield _p95(f"{engine}: a list of rounds when it is opened", lists, BUDGET_MS)
    files = [reader.read(".csv") for _ in range(10)]
    yield _p95(f"{engine}: a whole day as CSV", files, None)


def _p95(name: str, taken: Sequence[Taken], budget: float | None) -> Figure:
    half, computed = (median(column) for column in zip(*taken, strict=True))
    note = f"half of {len(taken)} within {half:.0f} ms, {computed:.0f} ms of it CPU"
    slowest = percentile([one.ms for one in taken], 95)
    return Figure(f"{name}, p95", slowest, "ms", at_most=budget, note=note)


def _cold(reader: Reader) -> Taken:
    """As after a night: the system has forgotten the database's files."""
    for path in reader.folder.rglob("*"):
        if path.is_file():
            _forget(path)
    return reader.read()


def _forget(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
