"""How long a backup takes, and how soon a lost server is there again.

The commands are those that an operator types, start-up included.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.batch import USUAL
from tests.bench.clients import Sent, batch, photo
from tests.bench.entries import walkers
from tests.bench.figures import Figure
from tests.bench.photos import photos
from tests.bench.site import ENGINES, Site, close, furnish, open_site
from tests.support import builders
from tests.support.gunicorn import CHECKOUT, OURS
from tests.support.phone import SAME_ORIGIN
from tests.support.postgres import find_programs, start_postgres

ENTRIES, PHOTOS = 10_000, 500  # about eleven days of a mall, and one day's photos
Env = Mapping[str, str]


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with (
            tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder,
            ExitStack() as stack,
        ):
            here, there = _databases(engine, Path(folder), stack)
            _fill(here)
            yield from _figures(engine, Path(folder), here, there)


def _databases(engine: str, folder: Path, stack: ExitStack) -> tuple[Env, Env]:
    """The settings of the server that is, and of the one that takes its place."""
    given = [{"MALLOPS_DATA": str(folder / name)} for name in ("here", "there")]
    if engine == "PostgreSQL":
        postgres = start_postgres(durable=True)
        stack.callback(postgres.close)
        for env in given:
            env["DATABASE_URL"] = stack.enter_context(postgres.database())
    return given[0], given[1]


def _fill(env: Env) -> None:
    folder = Path(env["MALLOPS_DATA"])
    folder.mkdir()
    url = env.get("DATABASE_URL", f"sqlite:///{folder / 'mallops.db'}")
    site = open_site(url, folder)
    furnish(site, datetime.now(UTC))
    headers = {**SAME_ORIGIN, "Cookie": site.cookie("officer")}
    client = site.app.test_client(use_cookies=False)
    for sent in _work(site):
        answer = client.open(
            sent.path,
            method=sent.method,
            data=sent.body,
            headers={**headers, "Content-Type": sent.content_type},
        )
        if not sent.is_taken(answer.status_code, answer.data):
            raise RuntimeError(answer.text)
    close(site)


def _work(site: Site) -> Iterator[Sent]:
    walker = walkers(site)("officer")
    walker.wrong = USUAL
    for body in walker.batches((ENTRIES - PHOTOS) // 50, 50):
        yield batch(body)
    for data in photos(PHOTOS):
        sha256 = builders.sha256(data)
        yield photo(sha256, data)
        yield batch(walker.one_note([sha256]))


def _figures(engine: str, folder: Path, here: Env, there: Env) -> Iterator[Figure]:
    what = f"{ENTRIES:,} entries and {PHOTOS} photos"
    first = _seconds(here, "backup", "--to", str(folder / "backups"))
    yield Figure(f"{engine}: backup of {what}", first, "s")
    again = _seconds(here, "backup", "--to", str(folder / "backups"))
    yield Figure(f"{engine}: … the next day's, with the same photos", again, "s")
    made = sorted((folder / "backups").glob("mallops-*"))[-1]
    began = time.perf_counter()
    words = ["restore", str(made)]
    if "DATABASE_URL" in there:
        _pg_restore(there["DATABASE_URL"], made)
        words.append("--database-restored")
    _seconds(there, *words)
    _seconds(there, "migrate")
    restored = time.perf_counter() - began
    note = "restore and migrate: ready to start"
    yield Figure(f"{engine}: restored", restored, "s", note=note)
    yield Figure(f"{engine}: … verify, every chain", _seconds(there, "verify"), "s")


def _seconds(env: Env, *words: str) -> float:
    own = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    path = f"{find_programs()}{os.pathsep}{os.environ['PATH']}"
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "mallops.cli", *words],
        cwd=CHECKOUT,
        env={**own, "PATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return time.perf_counter() - began


def _pg_restore(url: str, made: Path) -> None:
    """As the README says to."""
    address = url.replace("+psycopg", "")
    words = ["--no-owner", "--exit-on-error", "--dbname", address]
    program = find_programs() / "pg_restore"
    subprocess.run([program, *words, str(made / "database.dump")], check=True)
