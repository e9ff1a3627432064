"""A million entries: one day handed in through the server, copied to 860 days.

Or ten million, copied to 8,600 days. The copies have days and ids of their own, but the
chain of the first day: what the figures read does not look at it. Made once and kept
(MALLOPS_BENCH_CACHE).
"""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from mallops.config import ROOT
from mallops.db import db, start_writing
from mallops.places import queries as places
from mallops.rounds.queries import RoundOnDay
from tests.bench.entries import Walker, walkers
from tests.bench.site import MALL, Site, close, furnish, open_site
from tests.support.phone import SAME_ORIGIN
from tests.support.postgres import ExternalPostgres, LocalPostgres, start_postgres

EVENING = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)  # the mall's day ends at 21:00
LAST_DAY = date(2026, 11, 21)
DAYS = 860
ENTRIES_A_DAY = 1165
DAYS_AT_ONCE = 40
LATE, MISSED = 0.05, 0.05  # of the rounds
PEOPLE = ("officer", "officer2", "supervisor", "engineer", "cleaner")
TABLES = (
    "entries",
    "log_lines",
    "inspections",
    "failed_answers",
    "meter_readings",
    "round_completions",
)
NUMBERED = ("failed_answers", "meter_readings")  # the database numbers their rows
IDS = ("id", "entry_id")
MOMENTS = (
    "recorded_at",
    "sent_at",
    "received_at",
    "occurred_at",
    "started_at",
    "finished_at",
    "read_at",
)


@contextmanager
def million(engine: str, days: int = DAYS) -> Iterator[Site]:
    """The demo mall with a million entries, or as many as so many days have."""
    kept = _cache() / f"{engine.lower()}-{days}-{_version()}"
    kept.mkdir(parents=True, exist_ok=True)
    with _sqlite(kept, days) if engine == "SQLite" else _postgres(kept, days) as site:
        yield site
        close(site)


def _cache() -> Path:
    given = os.environ.get("MALLOPS_BENCH_CACHE")
    return Path(given or Path(tempfile.gettempdir()) / "mallops-bench-cache")


def _version() -> str:
    """Another schema, or another way to fill it, needs another database."""
    files = [*sorted((ROOT / "migrations" / "versions").glob("*.py")), Path(__file__)]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


@contextmanager
def _sqlite(kept: Path, days: int) -> Iterator[Site]:
    done = kept / "mallops.db"
    if not done.exists():
        part = kept / "part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        site = _open(f"sqlite:///{part / 'mallops.db'}", part)
        _fill(site, days)
        close(site)
        (part / "secret_key").replace(kept / "secret_key")
        (part / "mallops.db").replace(done)
    yield _open(f"sqlite:///{done}", kept)


class KeptPostgres(LocalPostgres):
    """A server that begins with the files another one left, if there are any."""

    def __init__(self, kept: Path) -> None:
        self.kept = kept
        super().__init__(durable=True)

    def _initdb(self) -> None:
        if self.kept.exists():
            _copy(self.kept, self._folder / "data")
        else:
            super()._initdb()

    def keep(self) -> None:
        self.stop()
        part = self.kept.with_name("part")
        shutil.rmtree(part, ignore_errors=True)
        _copy(self._folder / "data", part)
        part.replace(self.kept)
        self.start()


def _copy(one: Path, other: Path) -> None:
    # Not shutil: the files belong to the user PostgreSQL runs as.
    subprocess.run(["cp", "-a", "--reflink=auto", one, other], check=True)


@contextmanager
def _postgres(kept: Path, days: int) -> Iterator[Site]:
    if "TEST_DATABASE_URL" in os.environ:
        with start_postgres().database() as url:
            site = _open(url, kept)
            _fill(site, days)
            yield site
        return
    server = KeptPostgres(kept / "data")
    try:
        yield _kept_site(server, kept, days)
    finally:
        server.close()


def _kept_site(server: ExternalPostgres, kept: Path, days: int) -> Site:
    if not (kept / "data").exists():
        site = _open(server.url(), kept)
        _fill(site, days)
        close(site)
        server.keep()
    return _open(server.url(), kept)


def _open(url: str, folder: Path) -> Site:
    return open_site(url, folder, clock=lambda: EVENING)


def _fill(site: Site, days: int) -> None:
    furnish(site, EVENING)
    _hand_in_one_day(site)
    with site.app.app_context():
        _hurry()
        start_writing()
        _age(days)
        for table in TABLES:
            _copy_days(table, days)
        db.session.commit()
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def _hurry() -> None:
    """While it is filled, a database need not survive a power cut."""
    if db.engine.dialect.name == "sqlite":
        db.session.remove()
        db.engine.dispose()
        sa.event.listen(db.engine, "connect", _hasty)


def _hasty(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("synchronous = OFF", "cache_size = -1000000"):
        connection.execute(f"PRAGMA {pragma}")


def _hand_in_one_day(site: Site) -> None:
    walker = walkers(site, EVENING)
    client = site.app.test_client(use_cookies=False)
    for number, username in enumerate(PEOPLE):
        cookie = {"Cookie": site.cookie(username, EVENING)}
        for batch in _work(site, walker(username), number):
            answer = client.post(
                "/sync/batch",
                data=batch,
                headers={**SAME_ORIGIN, **cookie, "Content-Type": "application/json"},
            )
            if answer.status_code != 200 or b"rejected" in answer.data:
                raise RuntimeError(answer.text)


def _work(site: Site, walker: Walker, number: int) -> Iterator[bytes]:
    """One person's share of a day: each fifth round that is planned, and notes."""
    with site.app.app_context():
        mall = places.find_mall(MALL)
        spots = sorted(places.spots(mall.id))
    chance = random.Random(number)
    mine = walker.rounds[number :: len(PEOPLE)]
    entries = [
        walker.inspection(round_, _finished_at(round_, chance))
        for round_ in mine
        if chance.random() > MISSED
    ]
    share = ENTRIES_A_DAY // len(PEOPLE)
    while len(entries) < share:
        at = EVENING - timedelta(minutes=chance.randrange(18 * 60))
        entries.append(walker.note(chance.choice(spots), at))
    for start in range(0, share, 50):
        yield walker.batch(entries[start : start + 50], EVENING)


def _finished_at(round_: RoundOnDay, chance: random.Random) -> datetime:
    """Most rounds begin in time, some much later."""
    delay = 60 if chance.random() < LATE else 0
    at = round_.round.starts_at + timedelta(minutes=12 + delay)
    return min(at, EVENING)


def _age(days: int) -> None:
    """Plans and tenancies that were there all the time."""
    first = LAST_DAY - timedelta(days=days)
    for change in (
        "UPDATE round_plans SET valid_from = :first",
        "UPDATE tenancies SET starts_on = :first WHERE starts_on > :first",
    ):
        db.session.execute(sa.text(change), {"first": first})


def _copy_days(table: str, days: int) -> None:
    """Each row of the one day again, for each of the days before it."""
    db.session.execute(
        sa.text(f"CREATE TEMP TABLE one_{table} AS SELECT * FROM {table}")
    )
    columns = [column.name for column in db.metadata.tables[table].columns]
    if table in NUMBERED:
        columns.remove("id")
    shifted = ", ".join(_shifted(column) for column in columns)
    copy = sa.text(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {shifted} FROM one_{table}"
    )
    for ago in range(1, days):
        if ago % DAYS_AT_ONCE == 0:
            db.session.commit()
        day = LAST_DAY - timedelta(days=ago)
        facts = {
            "days": ago,
            "head": f"{(1 << 28) - ago:08x}",
            "seq": ago * ENTRIES_A_DAY,
            "stamp": f"{day:%Y%m%d}",
            "last_stamp": f"{LAST_DAY:%Y%m%d}",
        }
        named = {name: fact for name, fact in facts.items() if f":{name}" in copy.text}
        db.session.execute(copy, named)


def _shifted(column: str) -> str:
    """The expression that gives a column its value on another day."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    if column in IDS:
        if is_sqlite:
            return f":head || substr({column}, 9)"
        return f"(CAST(:head AS text) || substr({column}::text, 9))::uuid"
    if column in MOMENTS:
        if is_sqlite:
            shift = "'-' || :days || ' days'"
            return f"strftime('%Y-%m-%d %H:%M:%f', {column}, {shift}) || '000'"
        return f"{column} - make_interval(days => CAST(:days AS int))"
    if column == "business_day":
        if is_sqlite:
            return "date(business_day, '-' || :days || ' days')"
        return "business_day - CAST(:days AS int)"
    if column == "ledger_seq":
        return "ledger_seq + :seq"
    if column == "round_id":
        return "replace(round_id, :last_stamp, :stamp)"
    return column
