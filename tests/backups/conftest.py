"""Backups of the app under test, and a server made again from one of them."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask_migrate import upgrade

from mallops import create_app
from mallops.backups.commands import backup, restore
from mallops.config import read_settings
from mallops.db import db
from tests.conftest import OwnContext
from tests.support.postgres import find_programs

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _tools_on_path(monkeypatch):
    """pg_dump and pg_restore of the server that the tests run."""
    path = f"{find_programs()}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)


@pytest.fixture
def own(mall, make_user, phone):
    return phone(make_user(mall))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def back_up(app, folder, clock):
    """Make a backup on the test's clock; where it is, or what the command said."""

    def back_up(*words, ends=0):
        db.session.rollback()
        done = app.test_cli_runner().invoke(backup, ["--to", str(folder), *words])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == ends, done.output
        clock.move(minutes=1)
        made = re.search(r"read back: (\S+)", done.output)
        return done.output if ends else Path(made[1])

    return back_up


@pytest.fixture
def run_restore(monkeypatch):
    """``run_restore(env, backup)``: the command; what it said."""

    def run(env, *words, ends=0):
        for name, value in env.items():
            monkeypatch.setenv(name, str(value))
        done = CliRunner().invoke(restore, [str(word) for word in words])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == ends, done.output
        return done.output

    return run


@pytest.fixture
def restored(request, app, run_restore, clock, tmp_path):
    """``with restored(backup) as app``: another server, made from a backup."""

    @contextmanager
    def restored(made):
        with elsewhere(request, made, tmp_path / "restored") as env:
            how = ["--database-restored"] if "DATABASE_URL" in env else []
            run_restore(env, made, *how)
            server = create_app(read_settings(env), clock=clock, TESTING=True)
            server.wsgi_app = OwnContext(server)
            with server.app_context():
                upgrade()
                yield server
                db.session.remove()
                db.engine.dispose()

    return restored


@contextmanager
def elsewhere(request, made, data):
    """Another machine; on PostgreSQL its database is restored by the tools already."""
    if (made / "mallops.db").exists():
        yield {"MALLOPS_DATA": str(data)}
        return
    with request.getfixturevalue("postgres").database() as url:
        pg_restore(url, made)
        yield {"MALLOPS_DATA": str(data), "DATABASE_URL": url}


def pg_restore(url, made):
    words = ["--no-owner", "--exit-on-error", "--dbname", url.replace("+psycopg", "")]
    file = str(made / "database.dump")
    subprocess.run([shutil.which("pg_restore"), *words, file], check=True)


def entries(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT count(*) FROM entries").fetchone()[0]
