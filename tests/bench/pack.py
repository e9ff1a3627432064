"""The walk pack: how long the server takes for it and what it weighs on its way."""

import gzip
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, median
from tests.bench.site import ENGINES, Site, demo_site

REQUESTS = 40


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with (
            tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder,
            demo_site(engine, Path(folder)) as site,
        ):
            yield from _figures(engine, site)


def _figures(engine: str, site: Site) -> Iterator[Figure]:
    client = site.app.test_client(use_cookies=False)
    headers = {"Cookie": site.cookie("officer")}

    def milliseconds() -> float:
        began = time.perf_counter()
        client.get("/floor/pack", headers=headers).get_data()
        return (time.perf_counter() - began) * 1000

    milliseconds()
    taken = [milliseconds() for _ in range(REQUESTS)]
    pack = client.get("/floor/pack", headers=headers).get_data()
    yield Figure(f"{engine}: walk pack of an officer", median(taken), "ms")
    if engine == ENGINES[0]:
        size = len(gzip.compress(pack, 6)) / 1000
        note = f"{len(pack) / 1000:.0f} kB as JSON"
        yield Figure("… its weight, compressed", size, "kB", note=note)
