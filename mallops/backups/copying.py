"""Copying the database as it is at one moment, and reading such a copy."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess  # nosec B404 -- runs PostgreSQL's own tools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from mallops.errors import Refused

SQLITE_FILE = "mallops.db"
POSTGRES_FILE = "database.dump"
_CHUNK = 1_000_000  # bytes


@contextmanager
def copied(url: str, folder: Path) -> Iterator[tuple[Path, sa.Connection]]:
    """Copy the database into the folder; its file, and a way to read what is in it.

    The server goes on meanwhile; what it writes later is not in the copy.

    Raises:
        Refused: why there is no copy.
    """
    if url.startswith("sqlite"):
        path = _vacuum_into(Path(str(sa.make_url(url).database)), folder / SQLITE_FILE)
        with opened(path) as connection:
            check_whole(connection)
            yield path, connection
    else:
        with _dumped(url, folder / POSTGRES_FILE) as connection:
            yield folder / POSTGRES_FILE, connection


def file_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


# -- SQLite


def _vacuum_into(source: Path, target: Path) -> Path:
    """One consistent file. What was erased does not live on in its free pages."""
    if not source.exists():
        raise Refused("no_database", f"there is no database at {source}")
    try:
        with closing(sqlite3.connect(source, isolation_level=None)) as live:
            live.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise Refused("no_copy", f"cannot copy the database: {error}") from error
    fsync(target)
    return target


@contextmanager
def opened(path: Path) -> Iterator[sa.Connection]:
    """A SQLite file that nobody else has open, to read and not to change."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        yield connection


def check_whole(connection: sa.Connection) -> None:
    """Have SQLite read its file from end to end.

    Raises:
        Refused("damaged"): what SQLite found.
    """
    try:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    except sa.exc.DatabaseError as error:
        raise Refused("damaged", f"the copied database is damaged: {error}") from error
    if found != ["ok"]:
        raise Refused("damaged", f"the copied database is damaged: {found[0]}")


# -- PostgreSQL


@contextmanager
def _dumped(url: str, target: Path) -> Iterator[sa.Connection]:
    """Dump one snapshot with PostgreSQL's own tool, and look at that very snapshot."""
    engine = sa.create_engine(
        url, poolclass=NullPool, isolation_level="REPEATABLE READ"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar()
        where = ["--dbname", _address(url), f"--snapshot={snapshot}"]
        _run(url, "pg_dump", "--format=custom", f"--file={target}", *where)
        # Reads and unpacks every row of the file, and puts it nowhere.
        _run(url, "pg_restore", f"--file={os.devnull}", str(target))
        fsync(target)
        yield connection


def _address(url: str) -> str:
    """As PostgreSQL's tools want it, without the password: others see arguments."""
    address = sa.make_url(url).set(drivername="postgresql", password=None)
    return address.render_as_string(hide_password=False)


def _run(url: str, tool: str, *arguments: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise Refused(
            "no_tool",
            f"{tool} is not on PATH; install PostgreSQL's client programs"
            " of the server's version or later",
        )
    password = sa.make_url(url).password
    env = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    done = subprocess.run(  # noqa: S603  # nosec B603 -- no shell, our own arguments
        [found, *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip() or f"it ended with {done.returncode}"
        raise Refused("tool_failed", f"{tool}: {said}")


def fsync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
