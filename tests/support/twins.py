"""Two machines on one PostgreSQL behind a proxy, as docs/scaling.md sets them up.

Each has processes, a data folder and a log of its own. They share the database, the
keys, and the folder of photos, which a link stands for instead of a network share.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.ledger.models import Entry
from mallops.places.models import Mall
from tests.support import builders
from tests.support.balancer import Nginx, RoundRobin, balancer
from tests.support.gunicorn import CHECKOUT, Server
from tests.support.wire import WirePhone

KEY = "0123456789abcdef-of-both-machines"


@dataclass
class Twins:
    """Two servers, what stands in front of them, and the database behind them."""

    servers: list[Server]
    proxy: Nginx | RoundRobin
    app: Flask  # in this process, to make people and to look
    phones: ExitStack  # closes their connections

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def user(self, role: str = "officer", **given) -> str:
        """The name of somebody new."""
        with self.app.app_context():
            mall = db.session.scalars(sa.select(Mall)).one()
            user = builders.make_user(mall, role, datetime.now(UTC), **given)
            db.session.commit()
            return user.username

    def phone(self, username: str, url: str | None = None) -> WirePhone:
        """Signed in; what it knows is the proxy's address, unless another is given."""
        phone = WirePhone(url or self.proxy.url, username)
        self.phones.callback(phone.client.close)
        return phone

    def rows(self, statement: sa.Select) -> list[sa.Row]:
        with self.app.app_context():
            found = list(db.session.execute(statement))
            db.session.remove()
            return found

    def numbers(self, ids) -> list[int]:
        """Under which numbers entries are in the ledger."""
        query = sa.select(Entry.ledger_seq).where(Entry.id.in_(list(ids)))
        return sorted(number for (number,) in self.rows(query))

    def verify(self) -> None:
        """``mallops verify`` on the first machine finds all well."""
        done = subprocess.run(
            [sys.executable, "-m", "mallops.cli", "verify"],
            cwd=CHECKOUT,
            env=self.servers[0].env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def answered(self, path: str) -> list[int]:
        """How many requests for this address each has noted in its log."""
        return [server.log.count(f'"path": "{path}"') for server in self.servers]


@contextmanager
def twins(database_url: str, folder: Path) -> Iterator[Twins]:
    """Both running, with a mall of code ``demo``, in an empty database."""
    (folder / "photos").mkdir()
    servers = [_machine(folder, number, database_url) for number in (1, 2)]
    with ExitStack() as stack:
        proxy = stack.enter_context(balancer([server.port for server in servers]))
        for server in servers:
            server.env["MALLOPS_PROXIES"] = str(proxy.proxies)
            stack.callback(server.stop)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Server.start, servers))
        app = create_app(read_settings(servers[0].env), TESTING=True)
        with app.app_context():
            builders.make_mall(datetime.now(UTC), code="demo")
            db.session.remove()
        yield Twins(servers, proxy, app, stack)
        with app.app_context():
            db.engine.dispose()


def _machine(folder: Path, number: int, database_url: str) -> Server:
    data = folder / f"machine{number}"
    data.mkdir()
    (data / "photos").symlink_to(folder / "photos")
    given = {
        "DATABASE_URL": database_url,
        "MALLOPS_SECRET_KEYS": KEY,
        "MALLOPS_LOG": "json",
        "WEB_CONCURRENCY": "1",
    }
    return Server(data, given)
