"""How many inspections a second the server takes in, and what memory that needs."""

import http.client
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench.bare import rows_per_second
from tests.bench.entries import walkers
from tests.bench.figures import Figure, median, spread
from tests.bench.site import ENGINES, Site, cpu_seconds, demo_site, pss_mb
from tests.support.phone import SAME_ORIGIN

BUDGET = 3_000  # entries a second
MEMORY_MB = 256
BATCH = 50
RUNS = 3
ENTRIES = 3_000  # in one run, over all phones
SINGLES = 300


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder:
            path = Path(folder)
            with demo_site(engine, path) as site, site.server() as server:
                yield from _figures(engine, site, server)


def _figures(engine: str, site: Site, server) -> Iterator[Figure]:
    cookie = site.cookie("officer")
    hand_in(site, server.port, cookie, phones=4, entries=800, size=BATCH)  # warm
    for phones, size, total, budget in (
        (1, BATCH, ENTRIES, BUDGET),
        (4, BATCH, ENTRIES, BUDGET),
        (1, 1, SINGLES, None),
        (4, 1, SINGLES, None),
    ):
        cpu = cpu_seconds(server.pid)
        rates = [
            hand_in(site, server.port, cookie, phones, total, size) for _ in range(RUNS)
        ]
        cpu_us = (cpu_seconds(server.pid) - cpu) / (RUNS * total) * 1e6
        share = median(rates) / rows_per_second(site, size)
        note = f"{spread(rates)}; server CPU {cpu_us:.0f} µs each; "
        note += f"{share:.0%} of bare rows"
        name = f"{engine}: batches of {size}, {phones} phone(s)"
        yield Figure(name, median(rates), "entries/s", at_least=budget, note=note)
    memory = pss_mb(server.pid)
    yield Figure(f"{engine}: memory of the server", memory, "MB", at_most=MEMORY_MB)


def hand_in(
    site: Site, port: int, cookie: str, phones: int, entries: int, size: int
) -> float:
    """Entries a second, from the first request to the last answer."""
    share = entries // phones
    walker = walkers(site)
    loads = [
        list(walker("officer").batches(share // size, size)) for _ in range(phones)
    ]
    ready = multiprocessing.Barrier(phones + 1)
    clients = [
        multiprocessing.Process(target=_send, args=(port, cookie, load, ready))
        for load in loads
    ]
    for client in clients:
        client.start()
    ready.wait()
    began = time.perf_counter()
    for client in clients:
        client.join()
    seconds = time.perf_counter() - began
    if any(client.exitcode for client in clients):
        raise RuntimeError("the server did not take in what it was sent")
    return phones * (share // size) * size / seconds


def _send(port: int, cookie: str, batches: Sequence[bytes], ready) -> None:
    send(port, cookie, batches, ready.wait)


def send(
    port: int,
    cookie: str,
    batches: Sequence[bytes],
    wait: Callable[[], object] = lambda: None,
) -> None:
    """Hand in batches one after the other; each entry must be accepted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {**SAME_ORIGIN, "Content-Type": "application/json", "Cookie": cookie}
    connection.connect()
    wait()
    for batch in batches:
        connection.request("POST", "/sync/batch", batch, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200 or said.count(b'"accepted"') != batch.count(b'"seq"'):
            raise RuntimeError(f"{answer.status} {said[:300]!r}")
