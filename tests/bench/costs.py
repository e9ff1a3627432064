"""What one thing of each sort costs on PostgreSQL: the base of docs/scaling.md.

Milliseconds of computing, in the app's processes and in the database's, whatever else
the machine did meanwhile. Without the proxy's part.
"""

import http.client
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from mallops.db import db
from mallops.inbox import tasks as inbox
from mallops.places.models import Unit
from tests.bench import clients
from tests.bench.batch import USUAL
from tests.bench.entries import Walker, walkers
from tests.bench.figures import Figure
from tests.bench.photos import photos
from tests.bench.site import MALL, Site, cpu_of, cpu_seconds, demo_site
from tests.support import builders

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
Work = Sequence[Callable[[], object]]


def figures() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder,
        demo_site("PostgreSQL", Path(folder)) as site,
        site.server() as server,
    ):
        costs = Costs(site, server)
        phone = Client(server.port, site.cookie("officer"))
        manager = Client(server.port, site.cookie("manager"))
        yield from _of_phones(costs, phone, walkers(site)("officer"), site)
        yield from _of_people(costs, phone, manager)
        yield _of_the_worker(costs, site)


class Client:
    """One connection that is kept, as behind a proxy."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie

    def get(self, path: str) -> Callable[[], object]:
        return lambda: self._get(path)

    def _get(self, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {path}")

    def send(self, *sent: clients.Sent) -> Callable[[], object]:
        return lambda: clients.send(self.port, self.cookie, sent)


class Costs:
    """Reads how much the processes have computed."""

    def __init__(self, site: Site, server) -> None:
        self.server = server
        with site.app.app_context():
            self.folder = db.session.execute(sa.text("SHOW data_directory")).scalar()
            db.session.remove()

    def of(self, name: str, work: Work) -> Figure:
        """The first tenth warms up and does not count."""
        warm = len(work) // 10 or 1
        for do in work[:warm]:
            do()
        app, database = cpu_seconds(self.server.pid), self.database()
        began = time.perf_counter()
        for do in work[warm:]:
            do()
        each = 1000 / (len(work) - warm)
        took = (time.perf_counter() - began) * each
        app = (cpu_seconds(self.server.pid) - app) * each
        database = (self.database() - database) * each
        note = f"{app:.3g} in the app, {database:.3g} in the database; took {took:.3g}"
        return Figure(name, app + database, "ms", note=note)

    def database(self) -> float:
        """Of PostgreSQL's processes: all that live in its folder."""
        pids = (int(name) for name in os.listdir("/proc") if name.isdecimal())
        return cpu_of([pid for pid in pids if self._is_of_database(pid)])

    def _is_of_database(self, pid: int) -> bool:
        with suppress(OSError):
            return os.readlink(f"/proc/{pid}/cwd") == self.folder
        return False


def _of_phones(
    costs: Costs, phone: Client, walker: Walker, site: Site
) -> Iterator[Figure]:
    walker.wrong = USUAL
    now = datetime.now(UTC)
    with site.app.app_context():
        doors = cycle(db.session.scalars(sa.select(Unit.no).order_by(Unit.id)).all())
        db.session.remove()

    def tap(size: int) -> Callable[[], object]:
        entries = [walker.door(next(doors), now) for _ in range(size)]
        return phone.send(clients.batch(walker.batch(entries, now)))

    yield costs.of("a door tapped, handed in alone", [tap(1) for _ in range(200)])
    yield costs.of("ten doors in a batch", [tap(10) for _ in range(50)])
    for size, times in ((1, 150), (50, 20)):
        work = [phone.send(clients.batch(b)) for b in walker.batches(times, size)]
        what = "an inspection alone" if size == 1 else f"{size} inspections in a batch"
        yield costs.of(what, work)
    work = []
    for data in photos(60):
        work.append(phone.send(clients.photo(builders.sha256(data), data)))
    yield costs.of("a photo of 200 kB", work)


def _of_people(costs: Costs, phone: Client, manager: Client) -> Iterator[Figure]:
    session = phone.get(f"/sync/session?install={uuid4()}")
    yield costs.of("a phone asks how things stand", [session] * 200)
    yield costs.of("a walk pack", [phone.get("/floor/pack")] * 30)
    day = f"/malls/{MALL}/log/{datetime.now(UTC):%Y-%m-%d}"
    yield costs.of("the page of a day", [manager.get(day)] * 50)
    yield costs.of("… looking whether it changed", [manager.get(f"{day}/entries")] * 50)
    yield costs.of("a sign-in", [lambda: _sign_in(phone.port)] * 12)


def _sign_in(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
    token = TOKEN.search(page.read().decode())
    fields = f"csrf_token={token and token[1]}&username=officer2&password="
    given = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    body = fields + builders.PASSWORD.replace(" ", "+")
    connection.request("POST", "/sign-in", body, given)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 302:
        raise RuntimeError(f"{answer.status} /sign-in")


def _of_the_worker(costs: Costs, site: Site) -> Figure:
    """In this process; the demo has two malls."""
    with site.app.app_context():
        inbox.escalate(datetime.now(UTC))
        before, database = time.process_time(), costs.database()
        rounds = 10
        for _ in range(rounds):
            inbox.escalate(datetime.now(UTC))
        app = (time.process_time() - before) / rounds / 2 * 1000
        database = (costs.database() - database) / rounds / 2 * 1000
    note = f"{app:.3g} in the worker, {database:.3g} in the database"
    return Figure("the worker looks at one mall", app + database, "ms", note=note)
