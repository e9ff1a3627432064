"""A database with the demo mall, and the real server in front of it."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from mallops import create_app, settle
from mallops.config import read_settings
from mallops.db import db
from mallops.demo import actions as demo
from mallops.people.models import User
from tests.support import builders
from tests.support.gunicorn import Server
from tests.support.postgres import start_postgres

ENGINES = ("SQLite", "PostgreSQL")
WORKERS = 2
MALL = "demo"


@dataclass(frozen=True)
class Site:
    """The demo mall in one database, reachable in this process and over HTTP."""

    app: Flask
    folder: Path
    database_url: str

    def server(self) -> Server:
        env = {"DATABASE_URL": self.database_url, "WEB_CONCURRENCY": str(WORKERS)}
        return Server(self.folder, env)

    def cookie(self, username: str, now: datetime | None = None) -> str:
        """A Cookie header of somebody who has signed in."""
        with self.app.app_context():
            client = self.app.test_client()
            builders.sign_in(client, user(username), now or datetime.now(UTC))
            name = self.app.config["SESSION_COOKIE_NAME"]
            return f"{name}={client.get_cookie(name).value}"


def user(username: str) -> User:
    return db.session.scalars(sa.select(User).filter_by(username=username)).one()


@contextmanager
def demo_site(engine: str, folder: Path) -> Iterator[Site]:
    """The demo mall in a new database that keeps every commit, as in production."""
    with database(engine, folder) as url:
        site = open_site(url, folder)
        furnish(site, datetime.now(UTC))
        yield site
        close(site)


def open_site(
    database_url: str, folder: Path, clock: Callable[[], datetime] | None = None
) -> Site:
    environ = {"MALLOPS_DATA": str(folder), "DATABASE_URL": database_url}
    app = create_app(read_settings(environ), clock)
    settle()
    return Site(app, folder, database_url)


def furnish(site: Site, now: datetime) -> None:
    """Make the tables and load the demo."""
    with site.app.app_context():
        upgrade()
        demo.load(db.session, now, builders.PASSWORD)
        db.session.commit()


def close(site: Site) -> None:
    with site.app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "SQLite":
        yield f"sqlite:///{folder / 'mallops.db'}"
        return
    postgres = start_postgres(durable=True)
    try:
        with postgres.database() as url:
            yield url
    finally:
        postgres.close()


def processes(group: int) -> list[int]:
    """The processes of a group: gunicorn's master and its workers."""
    return [
        int(name)
        for name in os.listdir("/proc")
        if name.isdecimal() and _group(int(name)) == group
    ]


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def pss_mb(group: int) -> float:
    """Memory of a process group, pages that are shared counted once."""
    kb = sum(_rollup_kb(pid) for pid in processes(group))
    return kb * 1024 / 1e6


def _rollup_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def cpu_seconds(group: int) -> float:
    """Time a process group has spent computing, whatever else the machine did."""
    return cpu_of(processes(group))


def cpu_of(pids: Iterable[int]) -> float:
    """Seconds that processes have spent computing since they began."""
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
