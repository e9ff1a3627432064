"""How many inspections a second the server takes in, and what memory that needs."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.bench import clients
from tests.bench.bare import rows_per_second
from tests.bench.clients import Load
from tests.bench.entries import walkers
from tests.bench.figures import Figure, median, spread
from tests.bench.photos import photos
from tests.bench.site import ENGINES, Site, cpu_seconds, demo_site, pss_mb
from tests.support import builders

BUDGET = 3_000  # entries a second
MEMORY_MB = 256
BATCH = 50
RUNS = 3
PHONES = (1, 8, 32)
TOTALS = {BATCH: 3_200, 1: 320}  # entries in one run over all phones, by batch
WITH_PHOTO = 64
# Of a day's 869 submissions about 40 are new problems (domain 6.3).
USUAL, EACH = 0.05, 1.0  # share of inspections in which two or three items fail


Loads = Callable[[], list[Load]]


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder:
            path = Path(folder)
            with demo_site(engine, path) as site, site.server() as server:
                yield from _figures(engine, Door(site, server))


class Door:
    """The server's door for phones, and what it spends on what comes in."""

    def __init__(self, site: Site, server) -> None:
        self.site, self.server = site, server
        self.cookie = site.cookie("officer")

    def measure(
        self, name: str, loads: Callable[[], list[Load]], entries: int
    ) -> Figure:
        """How fast entries come in that are made anew for each run."""
        before = cpu_seconds(self.server.pid)
        rates = [
            entries / clients.seconds_of(self.server.port, self.cookie, loads())
            for _ in range(RUNS)
        ]
        spent = cpu_seconds(self.server.pid) - before
        note = f"{spread(rates)}; {spent / (RUNS * entries) * 1e6:,.0f} µs of CPU each"
        return Figure(name, median(rates), "entries/s", note=note)


def _figures(engine: str, door: Door) -> Iterator[Figure]:
    _measure(door, "warm", 8, BATCH, USUAL)
    for size in TOTALS:
        bare = rows_per_second(door.site, size)
        for phones in PHONES:
            what = f"{engine}: batches of {size}, {_phones(phones)}"
            # One phone waits for each answer: it cannot keep two cores busy.
            budget = BUDGET if size == BATCH and phones > 1 else None
            yield _beside(bare, budget, _measure(door, what, phones, size, USUAL))
        if size == BATCH:
            what = f"{engine}: … something wrong in each, {_phones(8)}"
            yield _beside(bare, None, _measure(door, what, 8, size, EACH))
    yield _memory(engine, door, "after that")
    for phones in PHONES[:2]:
        what = f"{engine}: a note with a photo of 200 kB, {_phones(phones)}"
        loads = partial(_with_photos, door.site, phones)
        yield door.measure(what, loads, WITH_PHOTO)
    yield _memory(engine, door, "after the photos")


def _memory(engine: str, door: Door, when: str) -> Figure:
    name = f"{engine}: memory of the server {when}"
    return Figure(name, pss_mb(door.server.pid), "MB", at_most=MEMORY_MB)


def _measure(door: Door, what: str, phones: int, size: int, wrong: float) -> Figure:
    loads = partial(_inspections, door.site, phones, size, wrong)
    return door.measure(what, loads, TOTALS[size])


def _beside(bare: float, budget: float | None, figure: Figure) -> Figure:
    """With its budget, and its share of what the database alone takes in."""
    note = f"{figure.note}; {figure.value / bare:.0%} of bare rows"
    return replace(figure, at_least=budget, note=note)


def _phones(number: int) -> str:
    return "1 phone" if number == 1 else f"{number} phones"


def _inspections(site: Site, phones: int, size: int, wrong: float) -> list[Load]:
    walker = walkers(site)
    loads = []
    for _ in range(phones):
        own = walker("officer")
        own.wrong = wrong
        several = own.batches(TOTALS[size] // phones // size, size)
        loads.append([clients.batch(body) for body in several])
    return loads


def _with_photos(site: Site, phones: int) -> list[Load]:
    """Each photo, then the note that shows it."""
    walker = walkers(site)
    loads: list[Load] = []
    for _ in range(phones):
        own, load = walker("officer"), []
        for data in photos(WITH_PHOTO // phones):
            sha256 = builders.sha256(data)
            load.append(clients.photo(sha256, data))
            load.append(clients.batch(own.one_note([sha256])))
        loads.append(load)
    return loads
